package io.github.debertastreams.model.token;

/**
 * The tokens of short words met before: of fixed size, two words to a set, for one thread at a time. A new word takes the place of the
 * older one of its set.
 *
 * <p>The key is the word itself: up to 15 bytes and the length, packed into two longs. A word and its tokens lie together, so that looking
 * one up touches one line of the processor's cache.
 */
final class WordCache {

    static final int LONGEST_WORD = 15;

    /** No place of the cache. */
    static final int MISSING = -1;

    private static final int MOST_TOKENS = 4;
    private static final int ID_BITS = 20;
    private static final int ID_MASK = (1 << ID_BITS) - 1;

    // A word's longs: low and high key, three ids, and the fourth id with the ends of all, a byte each (0: no more).
    private static final int ENTRY = 4;
    private static final int SET = 2 * ENTRY;
    private static final int IDS = 2;
    private static final int ENDS = 3;

    private final int shift;
    private final long[] entries;

    /** A cache of {@code 1 << bits} words, 32 bytes each. */
    WordCache(int bits) {
        this.shift = 64 - (bits - 1);
        this.entries = new long[ENTRY << bits];
    }

    /** The first half of the key of {@code bytes[from, to)}, which are at most {@link #LONGEST_WORD}. */
    static long low(byte[] bytes, int from, int to) {
        int length = to - from;
        long word = EightBytes.at(bytes, from);
        return length >= 8 ? word : EightBytes.first(word, length);
    }

    /** The second half; the length is a part of it and never 0, so an empty place matches no word. */
    static long high(byte[] bytes, int from, int to) {
        int length = to - from;
        long rest = length <= 8 ? 0 : EightBytes.first(EightBytes.at(bytes, from + 8), length - 8);
        return rest | ((long) length << 56);
    }

    /** Where the word with this key is, or {@link #MISSING}. Valid until the next word is remembered. */
    int find(long low, long high) {
        int first = set(low, high);
        if (entries[first] == low && entries[first + 1] == high) {
            return first;
        }
        int second = first + ENTRY;
        return entries[second] == low && entries[second + 1] == high ? second : MISSING;
    }

    /** Appends the tokens of a word that was found, whose bytes count from {@code from}. */
    void append(int found, int from, TokenBuffer tokens) {
        long ids = entries[found + IDS];
        long rest = entries[found + ENDS];
        int ends = (int) (rest >>> 32);
        int end = from + (ends & 0xFF);
        tokens.add((int) ids & ID_MASK, from, end);
        while ((ends >>>= 8) != 0) {
            ids = ids >>> ID_BITS | (rest & ID_MASK) << 2 * ID_BITS;
            int start = end;
            end = from + (ends & 0xFF);
            tokens.add((int) ids & ID_MASK, start, end);
        }
    }

    /** Remembers the tokens of a word, if they are few. They must tile it; {@code from} is where its bytes count from. */
    void remember(long low, long high, int from, Symbols symbols) {
        if (symbols.size > MOST_TOKENS || symbols.size == 0) {
            return;
        }
        long ids = 0;
        long rest = 0;
        for (int token = 0; token < symbols.size; token++) {
            int id = symbols.ids[token];
            if (id > ID_MASK) {
                return;
            }
            if (token < MOST_TOKENS - 1) {
                ids |= (long) id << (token * ID_BITS);
            } else {
                rest |= id;
            }
            rest |= (long) (symbols.ends[token] - from) << (32 + 8 * token);
        }
        int first = set(low, high);
        System.arraycopy(entries, first, entries, first + ENTRY, ENTRY);
        entries[first] = low;
        entries[first + 1] = high;
        entries[first + IDS] = ids;
        entries[first + ENDS] = rest;
    }

    private int set(long low, long high) {
        long mixed = (low ^ (high * 0x9E3779B97F4A7C15L)) * 0xD6E8FEB86659FD93L;
        return (int) (((mixed ^ (mixed >>> 32)) * 0x9E3779B97F4A7C15L) >>> shift) * SET;
    }
}
