package io.github.debertastreams.model.kernel;

import java.util.List;
import java.util.stream.Stream;

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

    private static final int FOUR = 4;

    /** All of them. */
    List<Tile<B>> tiles() {
        return Stream.concat(Stream.of(tallest), shorter.stream()).toList();
    }

    /**
     * {@code c = bias + a · b} for {@link #width} columns and any number of rows. Shorter tiles take the rows that are left; one may
     * overlap the tile before by a row and compute the same values again, which is cheaper than two tiles.
     *
     * @param interleaved what {@link #interleave} made of the same rows; of no matter where no tile reads it
     * @param more whether b's next {@code inner * width} values are the next to be multiplied by these rows
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
            int cStride,
            boolean more) {
        Tile<B> tile;
        int group = 0;
        int ahead = b0 + inner * width;
        int aheadEnd = more ? ahead + inner * width : ahead;
        int rate = rate(rows);
        for (int next = 0; next < rows; next += tile.rows()) {
            tile = tile(next, rows);
            int row = Math.min(next, rows - tile.rows());
            float[] left = tile.interleaved() == 0 ? a : interleaved;
            int left0 = tile.interleaved() == 0 ? a0 + row * aStride : group;
            int cRow = c0 + row * cStride;
            Tile.Ahead<B> loading = ahead < aheadEnd ? tile.ahead() : null;
            if (loading == null) {
                tile.body().run(left, left0, aStride, b, b0, bStride, inner, bias, bias0, c, cRow, cStride);
            } else {
                int from = Math.min(ahead, aheadEnd - rate * inner);
                loading.run(left, left0, aStride, b, b0, bStride, inner, bias, bias0, c, cRow, cStride, from, rate);
                ahead += rate * inner;
            }
            group += tile.interleaved() * inner;
        }
    }

    /** At which so many rows' tiles together load a panel, if that is not too fast. */
    private int rate(int rows) {
        int tiles = Math.max(1, rows / tallest.rows());
        return Math.max(tallest.leastAhead(), Math.min(Tile.MOST_AHEAD, (width + tiles - 1) / tiles));
    }

    /** The most floats that {@link #interleave} makes of so many rows, shorter tiles for the rest included; 0 if no tile wants them so. */
    int room(int rows, int inner) {
        return (rows / tallest.rows() + 1) * tallest.interleaved() * inner;
    }

    /** Lays rows out for the tiles that want them interleaved, one tile's rows behind the other's. */
    void interleave(float[] a, int a0, int aStride, int rows, int inner, float[] to) {
        Tile<B> tile;
        int group = 0;
        for (int next = 0; next < rows; next += tile.rows()) {
            tile = tile(next, rows);
            int stride = tile.interleaved();
            if (stride > 0) {
                int row = Math.min(next, rows - tile.rows());
                interleaveTile(a, a0 + row * aStride, aStride, tile.rows(), inner, to, group, stride);
            }
            group += stride * inner;
        }
    }

    private static void interleaveTile(
            float[] a, int a0, int aStride, int rows, int inner, float[] to, int to0, int stride) {
        int row = 0;
        for (; row + FOUR <= rows; row += FOUR) {
            interleaveFour(a, a0 + row * aStride, aStride, inner, to, to0 + row, stride);
        }
        for (; row < rows; row++) {
            int from = a0 + row * aStride;
            int target = to0 + row;
            for (int k = 0; k < inner; k++, target += stride) {
                to[target] = a[from + k];
            }
        }
    }

    /** What four rows have in a column lies side by side: a line is written as a whole, or a quarter of one at least. */
    private static void interleaveFour(float[] a, int a0, int aStride, int inner, float[] to, int to0, int stride) {
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int target = to0;
        for (int k = 0; k < inner; k++, target += stride) {
            to[target] = a[a0 + k];
            to[target + 1] = a[a1 + k];
            to[target + 2] = a[a2 + k];
            to[target + 3] = a[a3 + k];
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
