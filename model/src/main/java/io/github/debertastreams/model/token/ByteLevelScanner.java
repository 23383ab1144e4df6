package io.github.debertastreams.model.token;

/**
 * Cuts UTF-8 bytes into words exactly as GPT-2's pattern does, without a regular expression:
 *
 * <pre>{@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}</pre>
 *
 * <p>Source: HF {@code ByteLevel}. Contractions are lower-case ASCII; every byte belongs to one word.
 */
final class ByteLevelScanner {

    private static final byte[] ASCII = new byte[128];

    static {
        for (int codePoint = 0; codePoint < ASCII.length; codePoint++) {
            ASCII[codePoint] = (byte) CodePointClasses.of(codePoint);
        }
    }

    private ByteLevelScanner() {}

    /** The end of the word that begins at {@code from}, where {@code to} ends the segment. */
    static int wordEnd(byte[] bytes, int from, int to) {
        int body = from;
        if (bytes[from] == ' ') {
            if (++body == to) {
                return to;
            }
        } else if (bytes[from] == '\'') {
            int contraction = contractionLength(bytes, from + 1, to);
            if (contraction > 0) {
                return from + 1 + contraction;
            }
        }
        int bodyClass = classAt(bytes, body);
        return bodyClass == CodePointClasses.SPACE ? spacesEnd(bytes, from, to) : runEnd(bytes, body, to, bodyClass);
    }

    private static int contractionLength(byte[] bytes, int at, int to) {
        if (at >= to) {
            return 0;
        }
        byte letter = bytes[at];
        if (letter == 's' || letter == 't' || letter == 'm' || letter == 'd') {
            return 1;
        }
        if (at + 1 >= to) {
            return 0;
        }
        byte next = bytes[at + 1];
        return ((letter == 'r' || letter == 'v') && next == 'e') || (letter == 'l' && next == 'l') ? 2 : 0;
    }

    private static int runEnd(byte[] bytes, int from, int to, int wanted) {
        int at = wanted == CodePointClasses.LETTER ? asciiLettersEnd(bytes, from, to) : from;
        while (at < to && classAt(bytes, at) == wanted) {
            at += Utf8.length(bytes[at]);
        }
        return at;
    }

    private static int asciiLettersEnd(byte[] bytes, int from, int to) {
        int at = from;
        int letters;
        do {
            letters = EightBytes.letters(EightBytes.at(bytes, at));
            at += letters;
        } while (letters == Long.BYTES && at < to);
        return Math.min(at, to);
    }

    /** White space up to the end of the segment is one word; before a word its last character stays back. */
    private static int spacesEnd(byte[] bytes, int from, int to) {
        int at = from;
        int last = from;
        while (at < to && classAt(bytes, at) == CodePointClasses.SPACE) {
            last = at;
            at += Utf8.length(bytes[at]);
        }
        return at == to || last == from ? at : last;
    }

    private static int classAt(byte[] bytes, int at) {
        byte value = bytes[at];
        return value >= 0 ? ASCII[value] : CodePointClasses.of(Utf8.codePoint(bytes, at));
    }
}
