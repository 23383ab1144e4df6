package io.github.debertastreams.model.token;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Letters, numbers, white space and word characters of Unicode 16, as the regular expressions of HF tokenizers see them.
 *
 * <p>A table of our own, because {@link Character} follows the Unicode version of the running JDK: 17 knows 9,787 letters fewer.
 * Made by {@code CodePointClassesGenerator} in the test sources.
 */
final class CodePointClasses {

    static final int OTHER = 0;
    /** {@code \p{L}} */
    static final int LETTER = 1;
    /** {@code \p{N}} */
    static final int NUMBER = 2;
    /** {@code \s}: White_Space */
    static final int SPACE = 3;

    private static final int CLASS_MASK = 3;
    private static final int WORD = 4;
    private static final int BLOCK_BITS = 8;
    private static final int BLOCK_SIZE = 1 << BLOCK_BITS;
    private static final String RESOURCE = "code-point-classes.tsv";

    private static final char[] BLOCK_OF = new char[(Character.MAX_CODE_POINT + 1) >> BLOCK_BITS];
    private static final byte[] CLASSES = compress(read());

    private CodePointClasses() {}

    /** The class of a code point: one of the four constants. */
    static int of(int codePoint) {
        return entry(codePoint) & CLASS_MASK;
    }

    static boolean isSpace(int codePoint) {
        return of(codePoint) == SPACE;
    }

    /** {@code \w}: Alphabetic, Mark, Decimal_Number, Connector_Punctuation, Join_Control. */
    static boolean isWord(int codePoint) {
        return (entry(codePoint) & WORD) != 0;
    }

    private static byte entry(int codePoint) {
        return CLASSES[(BLOCK_OF[codePoint >> BLOCK_BITS] << BLOCK_BITS) | (codePoint & (BLOCK_SIZE - 1))];
    }

    private static byte[] read() {
        byte[] table = new byte[Character.MAX_CODE_POINT + 1];
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    fill(table, line.split("\t"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
        return table;
    }

    private static InputStream open() {
        @Nullable InputStream resource = CodePointClasses.class.getResourceAsStream(RESOURCE);
        if (resource == null) {
            throw new IllegalStateException(RESOURCE + " is missing from the jar");
        }
        return resource;
    }

    private static void fill(byte[] table, String[] fields) {
        int value = "OLNS".indexOf(fields[2].charAt(0)) | (fields[2].endsWith("+") ? WORD : 0);
        Arrays.fill(table, Integer.parseInt(fields[0], 16), Integer.parseInt(fields[1], 16) + 1, (byte) value);
    }

    /** Keeps each distinct block of 256 code points once: 1.1 MB becomes about 50 kB. */
    private static byte[] compress(byte[] table) {
        Map<ByteBuffer, Integer> blocks = new HashMap<>();
        byte[] distinct = new byte[table.length];
        for (int block = 0; block < BLOCK_OF.length; block++) {
            ByteBuffer content = ByteBuffer.wrap(table, block << BLOCK_BITS, BLOCK_SIZE);
            int next = blocks.size();
            int number = blocks.computeIfAbsent(content, key -> next);
            BLOCK_OF[block] = (char) number;
            System.arraycopy(table, block << BLOCK_BITS, distinct, number << BLOCK_BITS, BLOCK_SIZE);
        }
        return Arrays.copyOf(distinct, blocks.size() << BLOCK_BITS);
    }
}
