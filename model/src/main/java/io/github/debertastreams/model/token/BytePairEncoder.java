package io.github.debertastreams.model.token;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding of one word: of all neighbours the pair of lowest rank merges first, the leftmost where ranks are equal.
 *
 * <p>Source: Sennrich et al. (2016); HF {@code BPE::merge_word} and {@code Word::merge_all}. Immutable.
 */
final class BytePairEncoder {

    /** Up to this many symbols a scan for the lowest rank beats a heap; beyond, the scan's quadratic cost would show. */
    private static final int SCAN_LIMIT = 48;

    private static final int MISSING = -1;

    private final int[] letterIds = new int[256];
    private final BytePairModel model;
    private final MergeTable merges;
    private final int unknownId;
    private final boolean tiles;
    private final int longestToken;

    BytePairEncoder(BytePairModel model) {
        this.model = model;
        this.merges = model.merges();
        this.unknownId = model.unknownId().orElse(MISSING);
        for (int value = 0; value < 256; value++) {
            String letter = String.valueOf(ByteAlphabet.letter(value));
            letterIds[value] = model.vocabulary().getOrDefault(letter, MISSING);
        }
        this.tiles = unknownId != MISSING || Arrays.stream(letterIds).noneMatch(id -> id == MISSING);
        this.longestToken = model.ignoreMerges()
                ? model.vocabulary().keySet().stream()
                        .mapToInt(String::length)
                        .max()
                        .orElse(0)
                : 0;
    }

    /** Whether the tokens of every word cover it without a gap. */
    boolean tiles() {
        return tiles;
    }

    /** Leaves the tokens of the word {@code bytes[from, to)} in {@code symbols}. */
    void encode(byte[] bytes, int from, int to, Symbols symbols) {
        symbols.reset(to - from);
        if (model.ignoreMerges() && to - from <= longestToken) {
            @Nullable Integer whole = model.vocabulary().get(ByteAlphabet.spell(bytes, from, to));
            if (whole != null) {
                symbols.add(whole, from, to);
                return;
            }
        }
        addLetters(bytes, from, to, symbols);
        if (symbols.size <= SCAN_LIMIT) {
            mergeByScan(symbols);
        } else {
            mergeByHeap(symbols);
        }
    }

    private void addLetters(byte[] bytes, int from, int to, Symbols symbols) {
        boolean afterUnknown = false;
        for (int at = from; at < to; at++) {
            int id = letterIds[bytes[at] & 0xFF];
            boolean unknown = id == MISSING;
            if (!unknown) {
                symbols.add(id, at, at + 1);
            } else if (afterUnknown && model.fuseUnknown()) {
                symbols.ends[symbols.size - 1] = at + 1;
            } else if (unknownId != MISSING) {
                symbols.add(unknownId, at, at + 1);
            }
            afterUnknown = unknown && unknownId != MISSING;
        }
    }

    private void mergeByScan(Symbols symbols) {
        int[] ids = symbols.ids;
        int[] ranks = symbols.ranks;
        for (int at = 0; at + 1 < symbols.size; at++) {
            ranks[at] = merges.rank(ids[at], ids[at + 1]);
        }
        while (true) {
            int best = -1;
            int bestRank = MergeTable.NO_MERGE;
            for (int at = 0; at + 1 < symbols.size; at++) {
                if (ranks[at] < bestRank) {
                    bestRank = ranks[at];
                    best = at;
                }
            }
            if (best < 0) {
                return;
            }
            mergeWithNext(symbols, best, bestRank);
        }
    }

    private void mergeWithNext(Symbols symbols, int at, int rank) {
        int[] ids = symbols.ids;
        int[] ranks = symbols.ranks;
        ids[at] = merges.merged(rank);
        symbols.ends[at] = symbols.ends[at + 1];
        int size = --symbols.size;
        for (int next = at + 1; next < size; next++) {
            ids[next] = ids[next + 1];
            symbols.starts[next] = symbols.starts[next + 1];
            symbols.ends[next] = symbols.ends[next + 1];
            ranks[next] = ranks[next + 1];
        }
        if (at + 1 < size) {
            ranks[at] = merges.rank(ids[at], ids[at + 1]);
        }
        if (at > 0) {
            ranks[at - 1] = merges.rank(ids[at - 1], ids[at]);
        }
    }

    private void mergeByHeap(Symbols symbols) {
        symbols.linkAll();
        for (int at = 0; at + 1 < symbols.size; at++) {
            offer(symbols, at);
        }
        symbols.ranks[symbols.size - 1] = MergeTable.NO_MERGE;
        while (!symbols.heap.isEmpty()) {
            long least = symbols.heap.removeLeast();
            int rank = (int) (least >>> 32);
            int at = (int) least;
            // An entry whose pair has changed since is stale: ranks holds the rank of the pair that stands there now.
            if (symbols.ranks[at] == rank) {
                mergeLinked(symbols, at, rank);
            }
        }
        symbols.compactLinked();
    }

    private void mergeLinked(Symbols symbols, int at, int rank) {
        int gone = symbols.next[at];
        int after = symbols.next[gone];
        symbols.ids[at] = merges.merged(rank);
        symbols.ends[at] = symbols.ends[gone];
        symbols.ranks[gone] = MergeTable.NO_MERGE;
        symbols.next[at] = after;
        if (after >= 0) {
            symbols.previous[after] = at;
        }
        offer(symbols, at);
        if (symbols.previous[at] >= 0) {
            offer(symbols, symbols.previous[at]);
        }
    }

    /** Ranks the pair that begins at a symbol, and queues it as {@code rank << 32 | position}, so that ties go left to right. */
    private void offer(Symbols symbols, int at) {
        int next = symbols.next[at];
        int rank = next < 0 ? MergeTable.NO_MERGE : merges.rank(symbols.ids[at], symbols.ids[next]);
        symbols.ranks[at] = rank;
        if (rank != MergeTable.NO_MERGE) {
            symbols.heap.add(((long) rank << 32) | at);
        }
    }
}
