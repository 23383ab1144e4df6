package io.github.debertastreams.model.token;

/** Cuts words into tokens, and remembers those of the short ones. For one thread at a time. */
final class CachedWords {

    private final WordModel model;
    private final WordCache cache;
    private final WordModel.Scratch scratch = new WordModel.Scratch();

    /** With a cache of {@code 1 << cacheBits} words. */
    CachedWords(WordModel model, int cacheBits) {
        this.model = model;
        this.cache = new WordCache(cacheBits);
    }

    /** Appends the tokens of the word {@code bytes[from, to)}, each {@code shift} behind its place in the bytes. */
    void add(byte[] bytes, int from, int to, int shift, TokenBuffer tokens) {
        if (to - from > WordCache.LONGEST_WORD) {
            model.encode(bytes, from, to, scratch);
            tokens.addAll(scratch.symbols, shift);
            return;
        }
        long low = WordCache.low(bytes, from, to);
        long high = WordCache.high(bytes, from, to);
        int found = cache.find(low, high);
        if (found != WordCache.MISSING) {
            cache.append(found, from + shift, tokens);
            return;
        }
        boolean tiled = model.encode(bytes, from, to, scratch);
        tokens.addAll(scratch.symbols, shift);
        if (tiled) {
            cache.remember(low, high, from, scratch.symbols);
        }
    }

    void shrink() {
        scratch.shrink();
    }
}
