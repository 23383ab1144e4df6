package io.github.debertastreams.model.kernel;

import static io.github.debertastreams.model.kernel.KernelsForTests.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
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
        float[] b = random(3 + INNER * WIDTH, 2);
        float[] bias = random(1 + WIDTH, 3);
        assertThat(product(INTERLEAVED, rows, a, b, bias)).isEqualTo(product(PLAIN, rows, a, b, bias));
    }

    /** Rows of a and c lie apart by one float more than they have. */
    private static float[] product(TileFamily<float[]> tiles, int rows, float[] a, float[] b, float[] bias) {
        float[] interleaved = new float[tiles.room(rows, INNER)];
        float[] c = new float[rows * (WIDTH + 1) + 4];
        Arrays.fill(c, UNTOUCHED);
        tiles.interleave(a, 2, INNER + 1, rows, INNER, interleaved);
        tiles.run(a, 2, INNER + 1, rows, interleaved, b, 3, WIDTH, INNER, bias, 1, c, 4, WIDTH + 1);
        return c;
    }
}
