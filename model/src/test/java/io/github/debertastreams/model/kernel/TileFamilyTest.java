package io.github.debertastreams.model.kernel;

import static io.github.debertastreams.model.kernel.KernelsForTests.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.debertastreams.model.weights.MatrixRows;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiles that this machine would not choose too. */
class TileFamilyTest {

    private static final int INNER = 18;
    private static final int WIDTH = VectorTiles.WIDTH;
    private static final float UNTOUCHED = -7;

    private static final TileFamily<float[]> PLAIN =
            new TileFamily<>(WIDTH, NarrowTiles.SIX, List.of(NarrowTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE));
    private static final TileFamily<float[]> INTERLEAVED = new TileFamily<>(
            WIDTH, InterleavedTiles.SIX, List.of(InterleavedTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE));
    private static final TileFamily<float[]> TALL =
            new TileFamily<>(WIDTH, TallTiles.EIGHT, List.of(NarrowTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE));

    private static final TileFamily<int[]> PAIRED = new TileFamily<>(
            WIDTH, InterleavedPairedTiles.SIX, List.of(InterleavedPairedTiles.FOUR, PairedTiles.TWO, PairedTiles.ONE));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 23, 27, 28, 240})
    void interleavedRowsGiveTheSameBits(int rows) {
        float[] a = random(2 + rows * (INNER + 1), 1);
        float[] b = random(3 + 2 * INNER * WIDTH, 2);
        float[] bias = random(1 + WIDTH, 3);
        float[] expected = product(PLAIN, rows, a, b, 3, bias, false);
        for (TileFamily<float[]> tiles : List.of(INTERLEAVED, TALL)) {
            assertThat(product(tiles, rows, a, b, 3, bias, false)).isEqualTo(expected);
            assertThat(product(tiles, rows, a, b, 3, bias, true)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 240})
    void interleavedRowsAndPairsGiveTheSameBits(int rows) {
        assumeTrue(InterleavedPairedTiles.FIT, "this machine's vectors are too short for interleaved pairs");
        float[] a = random(2 + rows * (INNER + 1), 1);
        float[] bias = random(1 + WIDTH, 3);
        float[] weight = random(WIDTH * INNER, 2);
        for (int i = 0; i < weight.length; i++) { // to what bfloat16 holds exactly
            weight[i] = Float.intBitsToFloat(Float.floatToIntBits(weight[i]) & 0xffff0000);
        }
        MatrixRows columns = MatrixRows.of(FloatBuffer.wrap(weight), INNER);
        PackedMatrix floats = PackedMatrix.transposed(columns, WIDTH, INNER, WIDTH);
        PackedMatrix pairs = PackedMatrix.paired(columns, WIDTH, INNER, WIDTH);
        float[] expected = product(PLAIN, rows, a, floats.panels(), floats.start(), bias, false);
        assertThat(product(PAIRED, rows, a, pairs.pairs(), pairs.start(), bias, false))
                .isEqualTo(expected);
    }

    @Test
    void loadsTheNextPanelOnceAndOnlyIfThereIsOne() {
        int width = 2 * Tile.MOST_AHEAD;
        List<Integer> loaded = new ArrayList<>();
        Tile<float[]> tile = new Tile<>(
                1,
                1,
                (a, a0, aStride, b, b0, bStride, inner, bias, bias0, c, c0, cStride) -> loaded.add(-1),
                (a, a0, aStride, b, b0, bStride, inner, bias, bias0, c, c0, cStride, next, rate) -> {
                    loaded.add(next);
                    return 0;
                },
                Tile.MOST_AHEAD);
        TileFamily<float[]> tiles = new TileFamily<>(width, tile, List.of());
        float[] nothing = {};
        tiles.run(nothing, 0, 10, 3, nothing, nothing, 5, width, 10, nothing, 0, nothing, 0, width, true);
        assertThat(loaded).containsExactly(5 + 160, 5 + 160 + 80, -1);
        loaded.clear();
        tiles.run(nothing, 0, 10, 3, nothing, nothing, 5, width, 10, nothing, 0, nothing, 0, width, false);
        assertThat(loaded).containsExactly(-1, -1, -1);
    }

    @Test
    void tilesThatLoadAheadReadEachLineOnce() {
        for (TileFamily<float[]> tiles : List.of(INTERLEAVED, TALL)) {
            for (Tile<float[]> tile : tiles.tiles()) {
                if (tile.ahead() != null) {
                    assertThat(loaded(tiles, tile)).isEqualTo((float) Tile.MOST_AHEAD * INNER / CacheLines.FLOATS);
                }
            }
        }
    }

    /** What the tile returns if the first value of each line behind the panel is 1. */
    private static float loaded(TileFamily<float[]> tiles, Tile<float[]> tile) {
        int rows = tile.rows();
        float[] interleaved = new float[tiles.room(rows, INNER)];
        float[] b = new float[INNER * (WIDTH + Tile.MOST_AHEAD)];
        for (int i = INNER * WIDTH; i < b.length; i += CacheLines.FLOATS) {
            b[i] = 1;
        }
        float[] bias = new float[WIDTH];
        float[] c = new float[rows * WIDTH];
        return Objects.requireNonNull(tile.ahead())
                .run(interleaved, 0, INNER, b, 0, WIDTH, INNER, bias, 0, c, 0, WIDTH, INNER * WIDTH, Tile.MOST_AHEAD);
    }

    /** Rows of a and c lie apart by one float more than they have. */
    private static <B> float[] product(
            TileFamily<B> tiles, int rows, float[] a, B b, int b0, float[] bias, boolean more) {
        float[] interleaved = new float[tiles.room(rows, INNER)];
        float[] c = new float[rows * (WIDTH + 1) + 4];
        Arrays.fill(c, UNTOUCHED);
        tiles.interleave(a, 2, INNER + 1, rows, INNER, interleaved);
        tiles.run(a, 2, INNER + 1, rows, interleaved, b, b0, WIDTH, INNER, bias, 1, c, 4, WIDTH + 1, more);
        return c;
    }
}
