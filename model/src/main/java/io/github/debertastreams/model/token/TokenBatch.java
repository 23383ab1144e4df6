package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A packed batch of token sequences: row r owns the tokens {@code rowStarts[r] .. rowStarts[r + 1]}. No padding; a masked token
 * is left out and the others keep their {@code positions}, the distances of attention. {@code positionIds} choose the absolute
 * position embedding, where a model has one. Arrays are owned by the batch.
 *
 * @param pairMask which tokens attend to which; null: every token to all of its row
 * @param selection the tokens whose logits are wanted of a head that has some for each token; others read texts as a whole
 */
public record TokenBatch(
        int[] inputIds,
        int[] tokenTypeIds,
        int[] positions,
        int[] positionIds,
        int[] rowStarts,
        @Nullable PairMask pairMask,
        TokenSelection selection) {

    /** A batch of which every token attends to all of its row, and all logits are wanted. */
    public TokenBatch(int[] inputIds, int[] tokenTypeIds, int[] positions, int[] positionIds, int[] rowStarts) {
        this(
                inputIds,
                tokenTypeIds,
                positions,
                positionIds,
                rowStarts,
                null,
                TokenSelection.all(inputIds.length, rowStarts));
    }

    public TokenBatch {
        requireSameLength("tokenTypeIds", tokenTypeIds, inputIds);
        requireSameLength("positions", positions, inputIds);
        requireSameLength("positionIds", positionIds, inputIds);
        if (rowStarts.length == 0 || rowStarts[0] != 0 || rowStarts[rowStarts.length - 1] != inputIds.length) {
            throw ModelException.invalidInput("rowStarts do not run from 0 to " + inputIds.length);
        }
        for (int row = 0; row + 1 < rowStarts.length; row++) {
            if (rowStarts[row] > rowStarts[row + 1]) {
                throw ModelException.invalidInput("rowStarts descend at row " + row);
            }
            for (int token = rowStarts[row] + 1; token < rowStarts[row + 1]; token++) {
                if (positions[token] <= positions[token - 1]) {
                    throw ModelException.invalidInput("positions do not ascend at token " + token);
                }
            }
        }
    }

    /** Row i is encoding i; padding is left out. */
    public static TokenBatch of(List<Encoding> encodings) {
        int length = 0;
        for (Encoding encoding : encodings) {
            length = Math.addExact(length, encoding.length());
        }
        int[] rowStarts = new int[encodings.size() + 1];
        int[] inputIds = new int[length];
        int[] tokenTypeIds = new int[length];
        int[] positions = new int[length];
        int tokens = 0;
        for (int row = 0; row < encodings.size(); row++) {
            Encoding encoding = encodings.get(row);
            for (int token = 0; token < encoding.length(); token++) {
                if (encoding.attentionMask()[token] != 0) {
                    inputIds[tokens] = encoding.inputIds()[token];
                    tokenTypeIds[tokens] = encoding.tokenTypeIds()[token];
                    positions[tokens++] = token;
                }
            }
            rowStarts[row + 1] = tokens;
        }
        int[] columns = Arrays.copyOf(positions, tokens);
        return new TokenBatch(
                Arrays.copyOf(inputIds, tokens), Arrays.copyOf(tokenTypeIds, tokens), columns, columns, rowStarts);
    }

    /**
     * A batch from padded tensors {@code [B, T]}, row-major: masked tokens are left out, the others keep their column as position.
     *
     * @param attentionMask 1 for a token, 0 for padding
     * @param positionIds for absolute position embeddings; a column's own number in Hugging Face's default
     */
    public static TokenBatch ofPadded(
            int[] inputIds, int[] attentionMask, int[] tokenTypeIds, int[] positionIds, int rows) {
        int length = inputIds.length / rows;
        int[] rowStarts = new int[rows + 1];
        int[] kept = new int[inputIds.length];
        int tokens = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < length; column++) {
                if (attentionMask[row * length + column] != 0) {
                    kept[tokens++] = row * length + column;
                }
            }
            rowStarts[row + 1] = tokens;
        }
        int[] columns = new int[tokens];
        for (int token = 0; token < tokens; token++) {
            columns[token] = kept[token] % length;
        }
        return new TokenBatch(
                select(inputIds, kept, tokens),
                select(tokenTypeIds, kept, tokens),
                columns,
                select(positionIds, kept, tokens),
                rowStarts);
    }

    /**
     * The same batch with a mask per pair of tokens.
     *
     * @param mask {@code [B, T, T]}, row-major over padded columns, 1 where a query attends to a key
     * @param length T, more than any of the batch's positions
     */
    public TokenBatch withPairMask(int[] mask, int length) {
        int[] starts = new int[rows() + 1];
        for (int row = 0; row < rows(); row++) {
            int tokens = rowStarts[row + 1] - rowStarts[row];
            starts[row + 1] = Math.addExact(starts[row], Math.multiplyExact(tokens, tokens));
        }
        boolean[] allowed = new boolean[starts[rows()]];
        for (int row = 0; row < rows(); row++) {
            int first = rowStarts[row];
            int tokens = rowStarts[row + 1] - first;
            for (int pair = 0; pair < tokens * tokens; pair++) {
                int query = positions[first + pair / tokens];
                int key = positions[first + pair % tokens];
                allowed[starts[row] + pair] = mask[(row * length + query) * length + key] != 0;
            }
        }
        PairMask pairs = new PairMask(allowed, starts);
        return new TokenBatch(inputIds, tokenTypeIds, positions, positionIds, rowStarts, pairs, selection);
    }

    /** The same batch with logits wanted of these tokens alone, ascending indices into the batch. */
    public TokenBatch selecting(int[] tokens) {
        TokenSelection selected = TokenSelection.of(tokens, rowStarts);
        return new TokenBatch(inputIds, tokenTypeIds, positions, positionIds, rowStarts, pairMask, selected);
    }

    private static int[] select(int[] values, int[] indices, int count) {
        int[] selected = new int[count];
        for (int i = 0; i < count; i++) {
            selected[i] = values[indices[i]];
        }
        return selected;
    }

    /** Sequences: B. */
    public int rows() {
        return rowStarts.length - 1;
    }

    /** All of the batch's tokens. */
    public TokenSelection everyToken() {
        return selection.size() == tokens() ? selection : TokenSelection.all(tokens(), rowStarts);
    }

    /** The first token of each row that has one. */
    public TokenSelection firstTokens() {
        return TokenSelection.firstOf(rowStarts);
    }

    /** Tokens of all rows: Σ T. */
    public int tokens() {
        return inputIds.length;
    }

    private static void requireSameLength(String name, int[] values, int[] inputIds) {
        if (values.length != inputIds.length) {
            throw ModelException.invalidInput(
                    name + " has " + values.length + " entries, inputIds has " + inputIds.length);
        }
    }
}
