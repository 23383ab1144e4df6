package io.github.debertastreams.model.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * Tiles of one width and several heights. How high and wide they should be depends on the registers of the machine and on the
 * compiler's luck, so the candidates are timed once per JVM.
 *
 * @param width columns of each tile
 * @param tallest for as many rows as there are
 * @param shorter for what is fewer, in descending order; the last one has one row
 */
record TileFamily(int width, Tile tallest, List<Tile> shorter) {

    /** Rows that stay in cache while a panel passes over them: a multiple of every tile's rows. */
    static final int ROW_BLOCK = 240;

    /** Long enough for the compiler to finish with a candidate and for some undisturbed passes. */
    private static final long TRIAL_NANOS = 40_000_000;

    /** As long a panel as a layer has: what passes over the rows comes from the second-level cache. */
    private static final int TRIAL_INNER = 768;

    /** The candidate that is fastest here and now. */
    static TileFamily fastest(List<TileFamily> candidates) {
        TileFamily fastest = candidates.get(0);
        double least = Double.MAX_VALUE;
        for (TileFamily candidate : candidates) {
            double nanos = nanosPerColumn(candidate);
            if (nanos < least) {
                least = nanos;
                fastest = candidate;
            }
        }
        return fastest;
    }

    private static double nanosPerColumn(TileFamily family) {
        float[] a = new float[ROW_BLOCK / 2 * TRIAL_INNER];
        float[] b = new float[TRIAL_INNER * family.width];
        float[] c = new float[ROW_BLOCK / 2 * family.width];
        Arrays.fill(a, 0.5f);
        Arrays.fill(b, 0.25f);
        long least = Long.MAX_VALUE;
        long end = System.nanoTime() + TRIAL_NANOS;
        for (long start = System.nanoTime(); start < end; ) {
            family.run(a, 0, TRIAL_INNER, ROW_BLOCK / 2, b, 0, family.width, TRIAL_INNER, b, 0, c, 0, family.width);
            long now = System.nanoTime();
            least = Math.min(least, now - start);
            start = now;
        }
        return (double) least / family.width;
    }

    /**
     * {@code c = bias + a · b} for {@link #width} columns and any number of rows. The last tile overlaps the one before where the rows
     * do not come out even: it computes the same values again, which is cheaper than a narrower one.
     */
    void run(
            float[] a,
            int a0,
            int aStride,
            int rows,
            float[] b,
            int b0,
            int bStride,
            int inner,
            float[] bias,
            int bias0,
            float[] c,
            int c0,
            int cStride) {
        Tile tile = tile(rows);
        for (int next = 0; next < rows; next += tile.rows()) {
            int row = Math.min(next, rows - tile.rows());
            tile.body()
                    .run(
                            a,
                            a0 + row * aStride,
                            aStride,
                            b,
                            b0,
                            bStride,
                            inner,
                            bias,
                            bias0,
                            c,
                            c0 + row * cStride,
                            cStride);
        }
    }

    private Tile tile(int rows) {
        if (rows >= tallest.rows()) {
            return tallest;
        }
        int next = 0;
        while (shorter.get(next).rows() > rows) {
            next++;
        }
        return shorter.get(next);
    }
}
