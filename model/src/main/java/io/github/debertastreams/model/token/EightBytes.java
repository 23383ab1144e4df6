package io.github.debertastreams.model.token;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes of a text at a time, the first one lowest: how short words are compared, and how ends of ASCII words are found. */
final class EightBytes {

    /** Bytes that must be readable behind a text, of any value. */
    static final int SLACK = 16;

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private EightBytes() {}

    static long at(byte[] bytes, int from) {
        return (long) LONGS.get(bytes, from);
    }

    /** The first {@code count} bytes, 0 to 7, the others zero. */
    static long first(long eight, int count) {
        return eight & ((1L << (8 * count)) - 1);
    }

    /** How many bytes there are before the first that equals an ASCII letter: 8 if none does. Bytes must be ASCII up to there. */
    static int before(long eight, byte letter) {
        long difference = eight ^ (letter * ONES);
        return lowest((difference - ONES) & ~difference & HIGH_BITS);
    }

    /** How many bytes from the first on are ASCII letters: 8 if all are. */
    static int letters(long eight) {
        long lower = (eight | 0x20 * ONES) & ~HIGH_BITS;
        long isLetter = (lower + (0x80 - 'a') * ONES) & ~(lower + (0x80 - 'z' - 1) * ONES) & ~eight;
        return lowest(~isLetter & HIGH_BITS);
    }

    /** The place of the first byte whose high bit is set. */
    private static int lowest(long highBits) {
        return Long.numberOfTrailingZeros(highBits) >>> 3;
    }
}
