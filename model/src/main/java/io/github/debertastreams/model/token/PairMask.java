package io.github.debertastreams.model.token;

/**
 * Which tokens of its own row each token of a packed batch attends to. Row r holds {@code [T, T]} from {@code starts[r]} on,
 * query-major, T its number of tokens. Arrays are owned by the mask.
 */
public record PairMask(boolean[] allowed, int[] starts) {

    /** Whether a token attends to another; both counted from the beginning of their row, which has {@code length} tokens. */
    public boolean allows(int row, int length, int query, int key) {
        return allowed[starts[row] + query * length + key];
    }
}
