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

    /** What one thread needs to work. */
    private final class Scratch {
        byte[] bytes = new byte[1 << 12];
        final CachedWords words = new CachedWords(model, 15);

        void reserve(int size) {
            if (bytes.length < size) {
                bytes = new byte[Math.max(size, 2 * bytes.length)];
            }
        }

        void shrink() {
            if (bytes.length > KEPT_BYTES) {
                bytes = new byte[1 << 12];
            }
            words.shrink();
        }
    }

    private final WordModel model;
    private final boolean addPrefixSpace;
    private final boolean splitWords;
    private final Pool<Scratch> scratches = new Pool<>(Scratch::new);

    ByteLevelModel(WordModel model, ByteLevelOptions options) {
        this.model = model;
        this.addPrefixSpace = options.addPrefixSpace();
        this.splitWords = options.splitWords();
    }

    @Override
    public boolean tokenize(String text, int from, int to, boolean ascii, TokenBuffer tokens) {
        Scratch scratch = scratches.take();
        int length = read(text, from, to, ascii, scratch);
        // Of ASCII, bytes lie where characters do, unless a space is put before them.
        boolean aligned = ascii && prefix(text, from) == 0;
        int shift = aligned ? from : 0;
        for (int word = 0; word < length; ) {
            int end = wordEnd(scratch.bytes, word, length);
            scratch.words.add(scratch.bytes, word, end, shift, tokens);
            word = end;
        }
        scratch.shrink();
        scratches.giveBack(scratch);
        return aligned;
    }

    @Override
    public void align(String text, int from, int to, int firstToken, int endToken, Alignment alignment) {
        if (alignment.withWords()) {
            numberWords(text, from, to, false, firstToken, endToken, alignment);
        }
        setSpans(text, from, firstToken, endToken, prefix(text, from), alignment);
    }

    @Override
    public void numberWords(String text, int from, int to, int firstToken, int endToken, Alignment alignment) {
        numberWords(text, from, to, true, firstToken, endToken, alignment);
    }

    private void numberWords(
            String text, int from, int to, boolean aligned, int firstToken, int endToken, Alignment alignment) {
        Scratch scratch = scratches.take();
        int length = read(text, from, to, aligned, scratch);
        int shift = aligned ? from : 0;
        int token = firstToken;
        for (int word = 0; word < length; ) {
            word = wordEnd(scratch.bytes, word, length);
            token = alignment.endWord(token, endToken, word + shift);
        }
        scratch.shrink();
        scratches.giveBack(scratch);
    }

    /** Leaves the segment in {@code scratch.bytes}, with the space put before it, if any, and returns their number. */
    private int read(String text, int from, int to, boolean ascii, Scratch scratch) {
        scratch.reserve((ascii ? 1 : 3) * (to - from) + 1 + EightBytes.SLACK);
        scratch.bytes[0] = ' ';
        int prefix = prefix(text, from);
        return ascii
                ? Utf8.copyAscii(text, from, to, scratch.bytes, prefix)
                : Utf8.encode(text, from, to, scratch.bytes, prefix);
    }

    private int prefix(String text, int from) {
        return addPrefixSpace && text.charAt(from) != ' ' ? 1 : 0;
    }

    private int wordEnd(byte[] bytes, int from, int to) {
        return splitWords ? ByteLevelScanner.wordEnd(bytes, from, to) : to;
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
