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
        int height = 0;
        Tile<B> tile = tallest;
        for (int next = 0; next < rows; next += tile.rows()) {
            int fitting = Math.min(rows - next + 1, rows);
            while (tile.rows() > fitting) {
                tile = shorter.get(height++);
            }
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
}
