package io.github.debertastreams.model.token;

import java.nio.charset.StandardCharsets;

/**
 * The most probable pieces of a word. Of two ways with the same score the one found first stays, whose last piece begins earlier; a
 * character that no piece is gets the lowest score less ten, and such neighbours become one.
 *
 * <p>Source: Kudo (2018); HF {@code Unigram::encode_optimized} and {@code Unigram::tokenize}. Immutable.
 */
final class UnigramSegmenter {

    /** Source: SentencePiece {@code kUnkPenalty}. */
    private static final double UNKNOWN_PENALTY = 10;

    private final PieceTrie trie;
    /** The score of the piece that ends at each slot of the trie: one step less than by its id, on the hottest path. */
    private final double[] scores;

    private final double unknownScore;
    private final int unknownId;
    /** The piece of each byte; empty without byte fallback, or if one is missing: then it is not used for any. */
    private final int[] byteIds;

    UnigramSegmenter(UnigramModel model) {
        byte[][] pieces = model.pieces().stream()
                .map(piece -> piece.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.trie = PieceTrie.of(pieces);
        this.scores = new double[trie.values.length];
        for (int slot = 0; slot < scores.length; slot++) {
            scores[slot] = model.scores()[trie.values[slot]];
        }
        double lowest = Double.POSITIVE_INFINITY;
        for (double score : model.scores()) {
            lowest = Math.min(lowest, score);
        }
        this.unknownScore = lowest - UNKNOWN_PENALTY;
        this.unknownId = model.unknownId();
        this.byteIds = new int[model.byteFallback() ? 256 : 0];
        for (int value = 0; value < byteIds.length; value++) {
            byte[] name = "<0x%02X>".formatted(value).getBytes(StandardCharsets.UTF_8);
            byteIds[value] = trie.find(name, 0, name.length);
        }
    }

    /** Leaves the pieces of the word {@code bytes[from, to)} in {@code symbols}, and answers whether they tile it. */
    boolean segment(byte[] bytes, int from, int to, BestPaths paths, Symbols symbols) {
        search(bytes, from, to, paths);
        return collect(bytes, from, to, paths, symbols);
    }

    private void search(byte[] bytes, int from, int to, BestPaths paths) {
        int length = to - from;
        paths.reset(length);
        double[] best = paths.scores;
        int[] starts = paths.starts;
        int[] ids = paths.ids;
        int[] units = trie.units;
        int[] values = trie.values;
        int root = trie.root();
        for (int at = 0; at < length; ) {
            int characterEnd = at + Utf8.length(bytes[from + at]);
            double here = best[at];
            boolean isPiece = false;
            int base = root;
            for (int end = at; end < length; ) {
                int slot = base ^ (bytes[from + end] & 0xFF);
                if (units[2 * slot + 1] != base) {
                    break;
                }
                end++;
                int unit = units[2 * slot];
                base = unit >>> 1;
                if ((unit & 1) != 0) {
                    double score = scores[slot] + here;
                    if (starts[end] == BestPaths.NOWHERE || score > best[end]) {
                        best[end] = score;
                        starts[end] = at;
                        ids[end] = values[slot];
                    }
                    isPiece |= end == characterEnd;
                }
            }
            if (!isPiece) {
                double score = unknownScore + here;
                if (starts[characterEnd] == BestPaths.NOWHERE || score > best[characterEnd]) {
                    best[characterEnd] = score;
                    starts[characterEnd] = at;
                    ids[characterEnd] = unknownId;
                }
            }
            at = characterEnd;
        }
    }

    private boolean collect(byte[] bytes, int from, int to, BestPaths paths, Symbols symbols) {
        int[] ids = paths.ids;
        int length = to - from;
        int[] nextEnds = paths.starts;
        int end = turnAround(paths.starts, length);
        symbols.reset(length);
        boolean tiles = true;
        for (int begin = 0; begin < length; ) {
            int id = ids[end];
            if (id == unknownId) {
                while (end < length && ids[nextEnds[end]] == unknownId) {
                    end = nextEnds[end];
                }
                tiles &= addUnknown(bytes, from + begin, from + end, symbols);
            } else {
                symbols.add(id, from + begin, from + end);
            }
            begin = end;
            end = nextEnds[end];
        }
        return tiles;
    }

    /** Turns the way from the end of the word, at each end of a piece its start, into one from the beginning: the next end. */
    private static int turnAround(int[] starts, int length) {
        int next = length;
        for (int end = length; end > 0; ) {
            int start = starts[end];
            starts[end] = next;
            next = end;
            end = start;
        }
        return next;
    }

    /** What no piece covers, together, may be a piece after all. */
    private boolean addUnknown(byte[] bytes, int start, int end, Symbols symbols) {
        int whole = trie.find(bytes, start, end);
        if (whole >= 0) {
            symbols.add(whole, start, end);
            return true;
        }
        if (!hasPieces(bytes, start, end)) {
            symbols.add(unknownId, start, end);
            return true;
        }
        for (int at = start; at < end; at++) {
            symbols.add(byteIds[bytes[at] & 0xFF], start, end);
        }
        return false;
    }

    private boolean hasPieces(byte[] bytes, int start, int end) {
        if (byteIds.length == 0) {
            return false;
        }
        for (int at = start; at < end; at++) {
            if (byteIds[bytes[at] & 0xFF] < 0) {
                return false;
            }
        }
        return true;
    }
}
