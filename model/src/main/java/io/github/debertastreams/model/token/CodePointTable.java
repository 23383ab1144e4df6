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
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A byte for each code point, from a table of ours: {@link Character} follows the Unicode version of the running JDK, and tokens must
 * not.
 *
 * <p>Each distinct block of 256 code points is kept once: 1.1 MB becomes some 50 kB.
 */
final class CodePointTable {

    private static final int BLOCK_BITS = 8;
    private static final int BLOCK_SIZE = 1 << BLOCK_BITS;

    private final char[] blockOf = new char[(Character.MAX_CODE_POINT + 1) >> BLOCK_BITS];
    private final byte[] values;

    private CodePointTable(byte[] table) {
        Map<ByteBuffer, Integer> blocks = new HashMap<>();
        byte[] distinct = new byte[table.length];
        for (int block = 0; block < blockOf.length; block++) {
            ByteBuffer content = ByteBuffer.wrap(table, block << BLOCK_BITS, BLOCK_SIZE);
            int next = blocks.size();
            int number = blocks.computeIfAbsent(content, key -> next);
            blockOf[block] = (char) number;
            System.arraycopy(table, block << BLOCK_BITS, distinct, number << BLOCK_BITS, BLOCK_SIZE);
        }
        this.values = Arrays.copyOf(distinct, blocks.size() << BLOCK_BITS);
    }

    /**
     * Reads lines of first and last code point (hexadecimal, inclusive) and, perhaps, a name, from a resource of this package. A code
     * point that is not listed has the value 0.
     *
     * @param value of a name, empty where a line has none
     */
    static CodePointTable read(String resource, ToIntFunction<String> value) {
        byte[] table = new byte[Character.MAX_CODE_POINT + 1];
        for (String line : lines(resource)) {
            String[] fields = line.split("\t");
            int first = Integer.parseInt(fields[0], 16);
            int last = Integer.parseInt(fields[1], 16);
            Arrays.fill(table, first, last + 1, (byte) value.applyAsInt(fields.length > 2 ? fields[2] : ""));
        }
        return new CodePointTable(table);
    }

    /** The lines of a resource of this package, without comments. */
    static Iterable<String> lines(String resource) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(open(resource), StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    private static InputStream open(String resource) {
        @Nullable InputStream stream = CodePointTable.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new IllegalStateException(resource + " is missing from the jar");
        }
        return stream;
    }

    byte get(int codePoint) {
        return values[(blockOf[codePoint >> BLOCK_BITS] << BLOCK_BITS) | (codePoint & (BLOCK_SIZE - 1))];
    }
}
