package io.github.debertastreams.model.token;

import java.util.Arrays;

/** The best way to each place of a word: its score, and the last piece, by where that begins and its id. Reused. */
final class BestPaths {

    /** Larger buffers are let go after use, so that one huge word does not pin its memory. */
    private static final int KEPT = 1 << 16;

    /** Of a place that no piece ends at. */
    static final int NOWHERE = -1;

    double[] scores = new double[256];
    int[] starts = new int[256];
    int[] ids = new int[256];

    /** Makes room for a word of {@code length} bytes; only its beginning is reached. */
    void reset(int length) {
        if (starts.length <= length) {
            int capacity = Math.max(length + 1, 2 * starts.length);
            scores = new double[capacity];
            starts = new int[capacity];
            ids = new int[capacity];
        }
        scores[0] = 0;
        Arrays.fill(starts, 0, length + 1, NOWHERE);
    }

    void shrink() {
        if (starts.length > KEPT) {
            scores = new double[256];
            starts = new int[256];
            ids = new int[256];
        }
    }
}
