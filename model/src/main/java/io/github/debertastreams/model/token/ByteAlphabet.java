package io.github.debertastreams.model.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The printable letters in which byte-level vocabularies spell the 256 bytes: a space is Ġ, a line feed Ċ.
 *
 * <p>Source: GPT-2's {@code bytes_to_unicode}; HF {@code bytes_char}.
 */
final class ByteAlphabet {

    /** The letter of a space. */
    static final char SPACE = 'Ġ';

    private static final char[] LETTERS = new char[256];
    private static final short[] BYTES = new short[256 + 68];

    static {
        Arrays.fill(BYTES, (short) -1);
        int next = 256;
        for (int value = 0; value < 256; value++) {
            boolean printable = (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
            LETTERS[value] = (char) (printable ? value : next++);
            BYTES[LETTERS[value]] = (short) value;
        }
    }

    private ByteAlphabet() {}

    static char letter(int unsignedByte) {
        return LETTERS[unsignedByte];
    }

    static String spell(byte[] bytes, int from, int to) {
        char[] letters = new char[to - from];
        for (int at = from; at < to; at++) {
            letters[at - from] = LETTERS[bytes[at] & 0xFF];
        }
        return new String(letters);
    }

    /**
     * The text that tokens spell. A token with a letter outside the alphabet stands for itself; bytes that are no UTF-8 become U+FFFD.
     * Source: HF {@code ByteLevel::decode_chain}.
     */
    static String decode(List<String> tokens) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String token : tokens) {
            bytes.writeBytes(isSpelled(token) ? bytesOf(token) : token.getBytes(StandardCharsets.UTF_8));
        }
        return Utf8.decode(bytes.toByteArray());
    }

    private static boolean isSpelled(String token) {
        return token.chars().allMatch(letter -> letter < BYTES.length && BYTES[letter] >= 0);
    }

    private static byte[] bytesOf(String token) {
        byte[] bytes = new byte[token.length()];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) BYTES[token.charAt(at)];
        }
        return bytes;
    }
}
