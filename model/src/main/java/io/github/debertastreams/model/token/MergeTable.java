package io.github.debertastreams.model.token;

import java.util.Arrays;
import java.util.List;

/**
 * Merges of a byte-pair encoding: a pair of token ids has a rank and becomes one id. Flat and open-addressed: no boxing on the way of
 * a text.
 */
final class MergeTable {

    /** The rank of a pair that does not merge: after all others. */
    static final int NO_MERGE = Integer.MAX_VALUE;

    private static final long EMPTY = -1;

    private final long[] pairs;
    private final int[] ranks;
    private final int[] mergedIds;
    private final int shift;
    private int size;

    MergeTable(int capacity) {
        int bits = Math.max(4, 33 - Integer.numberOfLeadingZeros(Math.max(1, capacity)));
        this.pairs = new long[1 << bits];
        this.ranks = new int[1 << bits];
        this.mergedIds = new int[capacity];
        this.shift = 64 - bits;
        Arrays.fill(pairs, EMPTY);
    }

    /** Adds the merge of the next rank. A pair that comes twice keeps its last rank, as in HF's hash map. */
    void add(int left, int right, int merged) {
        int slot = slot(left, right);
        pairs[slot] = pair(left, right);
        ranks[slot] = size;
        mergedIds[size++] = merged;
    }

    /** Two token ids that merge. */
    record Pair(int left, int right) {}

    /** All pairs, lowest rank first. */
    List<Pair> byRank() {
        long[] ranked = new long[size];
        Arrays.fill(ranked, EMPTY);
        for (int slot = 0; slot < pairs.length; slot++) {
            if (pairs[slot] != EMPTY) {
                ranked[ranks[slot]] = pairs[slot];
            }
        }
        return Arrays.stream(ranked)
                .filter(pair -> pair != EMPTY)
                .mapToObj(pair -> new Pair((int) (pair >>> 32), (int) pair))
                .toList();
    }

    /** The rank of a pair, or {@link #NO_MERGE}. */
    int rank(int left, int right) {
        int slot = slot(left, right);
        return pairs[slot] == EMPTY ? NO_MERGE : ranks[slot];
    }

    /** What the pair of this rank becomes. */
    int merged(int rank) {
        return mergedIds[rank];
    }

    private int slot(int left, int right) {
        long pair = pair(left, right);
        int slot = (int) ((pair * 0x9E3779B97F4A7C15L) >>> shift);
        while (pairs[slot] != EMPTY && pairs[slot] != pair) {
            slot = (slot + 1) & (pairs.length - 1);
        }
        return slot;
    }

    private static long pair(int left, int right) {
        return ((long) left << 32) | right;
    }
}
