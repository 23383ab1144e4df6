package io.github.debertastreams.model.token;

/** Cuts a word into tokens. Immutable. */
interface WordModel {

    /** What one thread needs to work, whichever the model. */
    final class Scratch {
        Symbols symbols = new Symbols();
        final BestPaths paths = new BestPaths();

        void shrink() {
            if (symbols.ids.length > 1 << 14) {
                symbols = new Symbols();
            }
            paths.shrink();
        }
    }

    /**
     * Leaves the tokens of the word {@code bytes[from, to)}, which is not empty, in {@code scratch.symbols}, with their places in
     * {@code bytes}.
     *
     * @return whether the tokens tile the word
     */
    boolean encode(byte[] bytes, int from, int to, Scratch scratch);
}
