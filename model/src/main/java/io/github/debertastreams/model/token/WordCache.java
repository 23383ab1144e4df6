package io.github.debertastreams.model.token;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The tokens of short words met before: direct-mapped, of fixed size, for one thread at a time. A new word takes the place of the
 * one that had its slot.
 *
 * <p>The key is the word itself: up to 15 bytes and the length, packed into two longs.
 */
final class WordCache {

    static final int LONGEST_WORD = 15;
    /** Bytes that must be readable behind every word, since keys are read 8 bytes at a time. */
    static final int SLACK = 16;

    private static final int MOST_TOKENS = 4;
    private static final int VALUE = 1 + MOST_TOKENS;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int shift;
    private final long[] keys;
    /** A slot has the ends of the tokens within the word, a byte each (0: no more), then their ids. */
    private final int[] values;

    /** A cache of {@code 1 << bits} words, 36 bytes each. */
    WordCache(int bits) {
        this.shift = 64 - bits;
        this.keys = new long[2 << bits];
        this.values = new int[VALUE << bits];
    }

    /** Appends the tokens of {@code bytes[from, to)} and answers true if the word is known; it has at most 15 bytes. */
    boolean appendIfKnown(byte[] bytes, int from, int to, TokenBuffer tokens) {
        long low = low(bytes, from, to);
        long high = high(bytes, from, to);
        int slot = slot(low, high);
        // The length is part of the key and never 0, so an empty slot matches no word.
        if (keys[2 * slot] != low || keys[2 * slot + 1] != high) {
            return false;
        }
        int value = slot * VALUE;
        int start = from;
        for (int ends = values[value]; ends != 0; ends >>>= 8) {
            int end = from + (ends & 0xFF);
            tokens.add(values[++value], start, end);
            start = end;
        }
        return true;
    }

    /** Remembers the tokens of a word, if they are few. They must tile the word. */
    void remember(byte[] bytes, int from, int to, Symbols symbols) {
        if (symbols.size > MOST_TOKENS) {
            return;
        }
        long low = low(bytes, from, to);
        long high = high(bytes, from, to);
        int slot = slot(low, high);
        keys[2 * slot] = low;
        keys[2 * slot + 1] = high;
        int ends = 0;
        for (int token = 0; token < symbols.size; token++) {
            ends |= (symbols.ends[token] - from) << (8 * token);
            values[slot * VALUE + 1 + token] = symbols.ids[token];
        }
        values[slot * VALUE] = ends;
    }

    private static long low(byte[] bytes, int from, int to) {
        long word = (long) LONGS.get(bytes, from);
        int length = to - from;
        return length >= 8 ? word : word & ((1L << (8 * length)) - 1);
    }

    private static long high(byte[] bytes, int from, int to) {
        int length = to - from;
        long rest = length <= 8 ? 0 : (long) LONGS.get(bytes, from + 8) & ((1L << (8 * (length - 8))) - 1);
        return rest | ((long) length << 56);
    }

    private int slot(long low, long high) {
        long mixed = (low ^ (high * 0x9E3779B97F4A7C15L)) * 0xD6E8FEB86659FD93L;
        return (int) (((mixed ^ (mixed >>> 32)) * 0x9E3779B97F4A7C15L) >>> shift);
    }
}
