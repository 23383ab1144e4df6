package io.github.debertastreams.model.token;

/**
 * Byte-level byte-pair encoding: each segment as UTF-8, cut into words, each word encoded.
 *
 * <p>Every byte of a character has the character's span; a space put before a segment has the span of the segment's first character.
 * Source: HF {@code ByteLevel::pre_tokenize} with {@code NormalizedString}'s alignments.
 */
final class ByteLevelModel implements SubwordModel {

    /** Larger buffers are let go after use, so that one huge text does not pin its memory. */
    private static final int KEPT_BYTES = 1 << 20;

    private static final int KEPT_SYMBOLS = 1 << 14;

    /** What one thread needs to work. */
    private static final class Scratch {
        byte[] bytes = new byte[1 << 12];
        Symbols symbols = new Symbols();
        final WordCache cache = new WordCache(15);

        void reserve(int size) {
            if (bytes.length < size) {
                bytes = new byte[Math.max(size, 2 * bytes.length)];
            }
        }

        void shrink() {
            if (bytes.length > KEPT_BYTES) {
                bytes = new byte[1 << 12];
            }
            if (symbols.ids.length > KEPT_SYMBOLS) {
                symbols = new Symbols();
            }
        }
    }

    private final BytePairEncoder encoder;
    private final boolean addPrefixSpace;
    private final boolean splitWords;
    private final Pool<Scratch> scratches = new Pool<>(Scratch::new);

    ByteLevelModel(BytePairModel model, ByteLevelOptions options) {
        this.encoder = new BytePairEncoder(model);
        this.addPrefixSpace = options.addPrefixSpace();
        this.splitWords = options.splitWords();
    }

    @Override
    public void tokenize(String text, int from, int to, TokenBuffer tokens) {
        Scratch scratch = scratches.take();
        int length = read(text, from, to, scratch);
        for (int word = 0; word < length; ) {
            int end = wordEnd(scratch.bytes, word, length);
            addWord(scratch, word, end, tokens);
            word = end;
        }
        scratch.shrink();
        scratches.giveBack(scratch);
    }

    @Override
    public void align(String text, int from, int to, int firstToken, int endToken, Alignment alignment) {
        if (alignment.withWords()) {
            numberWords(text, from, to, firstToken, endToken, alignment);
        }
        int prefix = prefix(text, from);
        // Tokens that end with the last byte of as many bytes as units: every character is one byte.
        if (endToken > firstToken && encoder.tiles() && alignment.end(endToken - 1) - prefix == to - from) {
            setAsciiSpans(alignment, firstToken, endToken, from, prefix);
        } else {
            setSpans(text, from, firstToken, endToken, prefix, alignment);
        }
    }

    @Override
    public boolean wordsCostExtra() {
        return true;
    }

    private void numberWords(String text, int from, int to, int firstToken, int endToken, Alignment alignment) {
        Scratch scratch = scratches.take();
        int length = read(text, from, to, scratch);
        int token = firstToken;
        for (int word = 0; word < length; ) {
            word = wordEnd(scratch.bytes, word, length);
            token = alignment.endWord(token, endToken, word);
        }
        scratch.shrink();
        scratches.giveBack(scratch);
    }

    /** Leaves the segment in {@code scratch.bytes}, with the space put before it, if any, and returns their number. */
    private int read(String text, int from, int to, Scratch scratch) {
        scratch.reserve(3 * (to - from) + 1 + WordCache.SLACK);
        scratch.bytes[0] = ' ';
        return Utf8.encode(text, from, to, scratch.bytes, prefix(text, from));
    }

    private int prefix(String text, int from) {
        return addPrefixSpace && text.charAt(from) != ' ' ? 1 : 0;
    }

    private int wordEnd(byte[] bytes, int from, int to) {
        return splitWords ? ByteLevelScanner.wordEnd(bytes, from, to) : to;
    }

    private void addWord(Scratch scratch, int from, int to, TokenBuffer tokens) {
        boolean cached = to - from <= WordCache.LONGEST_WORD && encoder.tiles();
        if (cached && scratch.cache.appendIfKnown(scratch.bytes, from, to, tokens)) {
            return;
        }
        Symbols symbols = scratch.symbols;
        encoder.encode(scratch.bytes, from, to, symbols);
        tokens.addAll(symbols);
        if (cached) {
            scratch.cache.remember(scratch.bytes, from, to, symbols);
        }
    }

    /** Byte positions to UTF-16 positions where every character is one byte. */
    private static void setAsciiSpans(Alignment tokens, int firstToken, int endToken, int from, int prefix) {
        if (from == 0 && prefix == 0) {
            return;
        }
        for (int token = firstToken; token < endToken; token++) {
            int first = Math.max(tokens.start(token), prefix);
            int last = Math.max(tokens.end(token) - 1, prefix);
            tokens.setSpan(token, from + first - prefix, from + last - prefix + 1);
        }
    }

    /** Byte positions to UTF-16 positions, with one cursor that only moves forward over the characters. */
    private static void setSpans(String text, int from, int firstToken, int endToken, int prefix, Alignment alignment) {
        int unit = from;
        int cursor = prefix;
        for (int token = firstToken; token < endToken; token++) {
            int first = Math.max(alignment.start(token), prefix);
            int last = Math.max(alignment.end(token) - 1, prefix);
            for (int next = cursor + bytesAt(text, unit); next <= first; next = cursor + bytesAt(text, unit)) {
                cursor = next;
                unit += unitsAt(text, unit);
            }
            int start = unit;
            for (int next = cursor + bytesAt(text, unit); next <= last; next = cursor + bytesAt(text, unit)) {
                cursor = next;
                unit += unitsAt(text, unit);
            }
            alignment.setSpan(token, start, unit + unitsAt(text, unit));
        }
    }

    /** UTF-8 bytes of the character that begins at a unit. */
    private static int bytesAt(String text, int unit) {
        char letter = text.charAt(unit);
        return letter < 0x80 ? 1 : letter < 0x800 ? 2 : Character.isHighSurrogate(letter) ? 4 : 3;
    }

    private static int unitsAt(String text, int unit) {
        return Character.isHighSurrogate(text.charAt(unit)) ? 2 : 1;
    }
}
