package io.github.debertastreams.model.kernel;

import static io.github.debertastreams.model.kernel.KernelsForTests.random;
import static org.assertj.core.api.Assertions.assertThat;

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
    private static final int WIDTH = NarrowTiles.WIDTH;
    private static final float UNTOUCHED = -7;

    private static final TileFamily<float[]> PLAIN =
            new TileFamily<>(WIDTH, NarrowTiles.SIX, List.of(NarrowTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE));
    private static final TileFamily<float[]> INTERLEAVED = new TileFamily<>(
            WIDTH, InterleavedTiles.SIX, List.of(InterleavedTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 240})
    void interleavedRowsGiveTheSameBits(int rows) {
        float[] a = random(2 + rows * (INNER + 1), 1);
        float[] b = random(3 + 2 * INNER * WIDTH, 2);
        float[] bias = random(1 + WIDTH, 3);
        float[] expected = product(PLAIN, rows, a, b, bias, false);
        assertThat(product(INTERLEAVED, rows, a, b, bias, false)).isEqualTo(expected);
        assertThat(product(INTERLEAVED, rows, a, b, bias, true)).isEqualTo(expected);
    }

    @Test
    void loadsTheNextPanelOnceAndOnlyIfThereIsOne() {
        int interleaved = 4;
        int width = 2 * interleaved;
        List<Integer> loaded = new ArrayList<>();
        Tile<float[]> tile = new Tile<>(
                1,
                interleaved,
                (a, a0, aStride, b, b0, bStride, inner, bias, bias0, c, c0, cStride) -> loaded.add(-1),
                (a, a0, aStride, b, b0, bStride, inner, bias, bias0, c, c0, cStride, next) -> {
                    loaded.add(next);
                    return 0;
                });
        TileFamily<float[]> tiles = new TileFamily<>(width, tile, List.of());
        float[] nothing = {};
        tiles.run(nothing, 0, 10, 3, nothing, nothing, 5, width, 10, nothing, 0, nothing, 0, width, true);
        assertThat(loaded).containsExactly(5 + 80, 5 + 80 + 40, -1);
        loaded.clear();
        tiles.run(nothing, 0, 10, 3, nothing, nothing, 5, width, 10, nothing, 0, nothing, 0, width, false);
        assertThat(loaded).containsExactly(-1, -1, -1);
    }

    @Test
    void theTileThatLoadsAheadReadsEachLineOnce() {
        float[] a = new float[6 * INNER];
        float[] interleaved = new float[INTERLEAVED.room(6, INNER)];
        INTERLEAVED.interleave(a, 0, INNER, 6, INNER, interleaved);
        int loads = InterleavedTiles.SIX.interleaved() * INNER;
        float[] b = new float[INNER * WIDTH + loads];
        int line = 16;
        for (int i = 0; i < loads; i += line) {
            b[INNER * WIDTH + i] = 1;
        }
        Tile.Ahead<float[]> ahead = Objects.requireNonNull(InterleavedTiles.SIX.ahead());
        float sum = ahead.run(
                interleaved,
                0,
                INNER,
                b,
                0,
                WIDTH,
                INNER,
                new float[WIDTH],
                0,
                new float[6 * WIDTH],
                0,
                WIDTH,
                INNER * WIDTH);
        assertThat(sum).isEqualTo(loads / line);
    }

    /** Rows of a and c lie apart by one float more than they have. */
    private static float[] product(
            TileFamily<float[]> tiles, int rows, float[] a, float[] b, float[] bias, boolean more) {
        float[] interleaved = new float[tiles.room(rows, INNER)];
        float[] c = new float[rows * (WIDTH + 1) + 4];
        Arrays.fill(c, UNTOUCHED);
        tiles.interleave(a, 2, INNER + 1, rows, INNER, interleaved);
        tiles.run(a, 2, INNER + 1, rows, interleaved, b, 3, WIDTH, INNER, bias, 1, c, 4, WIDTH + 1, more);
        return c;
    }
}
