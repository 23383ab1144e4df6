package io.github.debertastreams.model.token;

/** UTF-8 where the JDK's own way does not fit: lone surrogates in, broken bytes out, and no allocation between. */
final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /** Whether all of {@code text[from, to)} is ASCII. */
    static boolean isAscii(String text, int from, int to) {
        for (int at = from; at < to; at++) {
            if (text.charAt(at) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Writes {@code text[from, to)}, which is ASCII, and returns the end position. */
    @SuppressWarnings("deprecation") // takes the low byte of each character: of ASCII that is the character
    static int copyAscii(String text, int from, int to, byte[] bytes, int position) {
        text.getBytes(from, to, bytes, position);
        return position + to - from;
    }

    /** The text with each lone surrogate replaced by U+FFFD, which is as long: offsets stay. */
    static String replaceLoneSurrogates(String text) {
        int lone = nextLoneSurrogate(text, 0);
        if (lone < 0) {
            return text;
        }
        StringBuilder repaired = new StringBuilder(text);
        for (int at = lone; at >= 0; at = nextLoneSurrogate(text, at + 1)) {
            repaired.setCharAt(at, REPLACEMENT);
        }
        return repaired.toString();
    }

    private static int nextLoneSurrogate(String text, int from) {
        for (int at = from; at < text.length(); at++) {
            char unit = text.charAt(at);
            if (Character.isSurrogate(unit)) {
                if (!Character.isHighSurrogate(unit)
                        || at + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(at + 1))) {
                    return at;
                }
                at++;
            }
        }
        return -1;
    }

    /**
     * Writes {@code text[from, to)}, free of lone surrogates, and returns the end position. The buffer must have room for 3 bytes a
     * UTF-16 unit.
     */
    static int encode(String text, int from, int to, byte[] bytes, int position) {
        int at = from;
        int end = position;
        while (at < to) {
            char unit = text.charAt(at++);
            if (unit < 0x80) {
                bytes[end++] = (byte) unit;
            } else if (unit < 0x800) {
                bytes[end++] = (byte) (0xC0 | (unit >> 6));
                bytes[end++] = (byte) (0x80 | (unit & 0x3F));
            } else if (!Character.isSurrogate(unit)) {
                bytes[end++] = (byte) (0xE0 | (unit >> 12));
                bytes[end++] = (byte) (0x80 | ((unit >> 6) & 0x3F));
                bytes[end++] = (byte) (0x80 | (unit & 0x3F));
            } else {
                int codePoint = Character.toCodePoint(unit, text.charAt(at++));
                bytes[end++] = (byte) (0xF0 | (codePoint >> 18));
                bytes[end++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
                bytes[end++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
                bytes[end++] = (byte) (0x80 | (codePoint & 0x3F));
            }
        }
        return end;
    }

    /** Writes a code point that is no surrogate to the beginning of {@code bytes}, which has room for 4, and returns its length. */
    static int encode(int codePoint, byte[] bytes) {
        if (codePoint < 0x80) {
            bytes[0] = (byte) codePoint;
            return 1;
        }
        int length = codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
        int lead = length == 2 ? 0xC0 : length == 3 ? 0xE0 : 0xF0;
        int rest = codePoint;
        for (int at = length - 1; at > 0; at--) {
            bytes[at] = (byte) (0x80 | (rest & 0x3F));
            rest >>= 6;
        }
        bytes[0] = (byte) (lead | rest);
        return length;
    }

    /** Bytes of the character that begins with this byte. */
    static int length(byte lead) {
        return lead >= 0 ? 1 : (lead & 0xE0) == 0xC0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : 4;
    }

    /** The code point that begins at a position of well-formed bytes. */
    static int codePoint(byte[] bytes, int at) {
        int lead = bytes[at];
        if (lead >= 0) {
            return lead;
        }
        int next = bytes[at + 1] & 0x3F;
        if ((lead & 0xE0) == 0xC0) {
            return ((lead & 0x1F) << 6) | next;
        }
        if ((lead & 0xF0) == 0xE0) {
            return ((lead & 0xF) << 12) | (next << 6) | (bytes[at + 2] & 0x3F);
        }
        return ((lead & 0x7) << 18) | (next << 12) | ((bytes[at + 2] & 0x3F) << 6) | (bytes[at + 3] & 0x3F);
    }

    static boolean isContinuation(byte value) {
        return (value & 0xC0) == 0x80;
    }

    /**
     * Text of any bytes; each maximal broken part becomes one U+FFFD, as in Rust's {@code from_utf8_lossy}. (The JDK makes one of an
     * encoded surrogate, Rust three.)
     */
    static String decode(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        int at = 0;
        while (at < bytes.length) {
            int valid = validLength(bytes, at);
            if (valid == length(bytes[at])) {
                text.appendCodePoint(codePoint(bytes, at));
            } else {
                text.append(REPLACEMENT);
            }
            at += valid;
        }
        return text.toString();
    }

    /** Bytes from here that could begin a character, at least 1. Less than its {@link #length}: broken. */
    private static int validLength(byte[] bytes, int at) {
        int lead = bytes[at] & 0xFF;
        if (lead < 0x80) {
            return 1;
        }
        // An unfit lead counts as one broken byte: its length() is 2 or more.
        if (lead < 0xC2 || lead > 0xF4) {
            return 1;
        }
        int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        int length = length(bytes[at]);
        for (int next = 1; next < length; next++) {
            int value = at + next < bytes.length ? bytes[at + next] & 0xFF : -1;
            if (value < (next == 1 ? least : 0x80) || value > (next == 1 ? most : 0xBF)) {
                return next;
            }
        }
        return length;
    }
}
