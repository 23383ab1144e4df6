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
     * {@code c = bias + a · b} for {@link #width} columns and any number of rows. The last tile overlaps the one before where the rows
     * do not come out even: it computes the same values again, which is cheaper than a narrower one.
     */
    void run(
            float[] a,
            int a0,
            int aStride,
            int rows,
            B b,
            int b0,
            int bStride,
            int inner,
            float[] bias,
            int bias0,
            float[] c,
            int c0,
            int cStride) {
        Tile<B> tile = tile(rows);
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

    private Tile<B> tile(int rows) {
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
