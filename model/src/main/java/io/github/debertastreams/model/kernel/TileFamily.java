package io.github.debertastreams.model.kernel;

import java.util.List;

/**
 * Tiles of one width and several heights.
 *
 * @param width columns of each tile
 * @param tallest for as many rows as there are
 * @param shorter for what is fewer, in descending order; the last one has one row
 * @param <B> what the right matrix is stored in
 */
record TileFamily<B>(int width, Tile<B> tallest, List<Tile<B>> shorter) {

    /** Rows that stay in cache while a panel passes over them: a multiple of every tile's rows. */
    static final int ROW_BLOCK = 240;

    /**
     * {@code c = bias + a · b} for {@link #width} columns and any number of rows. Shorter tiles take the rows that are left; one may
     * overlap the tile before by a row and compute the same values again, which is cheaper than two tiles.
     *
     * @param interleaved what {@link #interleave} made of the same rows; of no matter where {@link #interleaves} is false
     */
    void run(
            float[] a,
            int a0,
            int aStride,
            int rows,
            float[] interleaved,
            B b,
            int b0,
            int bStride,
            int inner,
            float[] bias,
            int bias0,
            float[] c,
            int c0,
            int cStride) {
        Tile<B> tile;
        for (int next = 0; next < rows; next += tile.rows()) {
            tile = tile(next, rows);
            int row = Math.min(next, rows - tile.rows());
            tile.body()
                    .run(
                            tile.interleaved() ? interleaved : a,
                            tile.interleaved() ? next * inner : a0 + row * aStride,
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

    /** Whether there are tiles that read interleaved rows. */
    boolean interleaves() {
        return tallest.interleaved();
    }

    /**
     * Lays rows out for the tiles that want them interleaved.
     *
     * @param to room for {@code (rows + 1) · inner} floats: a row may be in two tiles
     */
    void interleave(float[] a, int a0, int aStride, int rows, int inner, float[] to) {
        Tile<B> tile;
        for (int next = 0; next < rows; next += tile.rows()) {
            tile = tile(next, rows);
            if (tile.interleaved()) {
                int row = Math.min(next, rows - tile.rows());
                interleaveTile(a, a0 + row * aStride, aStride, tile.rows(), inner, to, next * inner);
            }
        }
    }

    private static void interleaveTile(float[] a, int a0, int aStride, int rows, int inner, float[] to, int to0) {
        for (int row = 0; row < rows; row++) {
            int from = a0 + row * aStride;
            int target = to0 + row;
            for (int k = 0; k < inner; k++, target += rows) {
                to[target] = a[from + k];
            }
        }
    }

    /** The tile for the rows from {@code next} on: the tallest that has them, or all but the last of its rows. */
    private Tile<B> tile(int next, int rows) {
        int fitting = Math.min(rows - next + 1, rows);
        Tile<B> tile = tallest;
        for (int height = 0; tile.rows() > fitting; height++) {
            tile = shorter.get(height);
        }
        return tile;
    }
}
