package io.github.debertastreams.model.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of two vectors over a panel, the rows of the left matrix interleaved, for processors with 32 registers: so the nearest cache is read in
 * order, and one variable counts for all rows. What {@link InterleavedTiles} are for the others. They load ahead whether or not there is anything to load:
 * one load more in each turn, of what they read anyway, costs nothing.
 */
final class TallTiles {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final Class<?> SUM = SPECIES.vectorType();
    private static final int WIDTH = VectorTiles.WIDTH;

    /** The inner dimension is a multiple of it. */
    private static final int STEPS = InterleavedTiles.STEPS;

    private static final int EIGHT_ROWS = 8;
    private static final int TWELVE_ROWS = 12;

    static final Tile<float[]> EIGHT = tile(EIGHT_ROWS, TallTiles::tile8);
    static final Tile<float[]> TWELVE = tile(TWELVE_ROWS, TallTiles::tile12);

    private TallTiles() {}

    private static Tile<float[]> tile(int rows, Tile.Ahead<float[]> body) {
        return new Tile<>(
                rows,
                rows,
                (a, a0, aStride, b, b0, bStride, inner, bias, bias0, c, c0, cStride) ->
                        body.run(a, a0, aStride, b, b0, bStride, inner, bias, bias0, c, c0, cStride, b0, 1),
                body,
                1);
    }

    private static float tile8(
            float[] a,
            int a0,
            int aStride,
            float[] b,
            int b0,
            int bStride,
            int inner,
            float[] bias,
            int bias0,
            float[] c,
            int c0,
            int cStride,
            int next,
            int rate) {
        FloatVector first = FloatVector.fromArray(SPECIES, bias, bias0);
        FloatVector second = FloatVector.fromArray(SPECIES, bias, bias0 + LANES);
        FloatVector s00 = first;
        FloatVector s01 = second;
        FloatVector s10 = first;
        FloatVector s11 = second;
        FloatVector s20 = first;
        FloatVector s21 = second;
        FloatVector s30 = first;
        FloatVector s31 = second;
        FloatVector s40 = first;
        FloatVector s41 = second;
        FloatVector s50 = first;
        FloatVector s51 = second;
        FloatVector s60 = first;
        FloatVector s61 = second;
        FloatVector s70 = first;
        FloatVector s71 = second;
        float loaded = 0f;
        for (int k = 0; k < inner; k += STEPS) {
            int column = a0 + k * EIGHT_ROWS;
            int row = b0 + k * WIDTH;
            loaded += b[next + k * rate];
            FloatVector left = FloatVector.fromArray(SPECIES, b, row);
            FloatVector right = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[column]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            x = FloatVector.broadcast(SPECIES, a[column + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            x = FloatVector.broadcast(SPECIES, a[column + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            x = FloatVector.broadcast(SPECIES, a[column + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            x = FloatVector.broadcast(SPECIES, a[column + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            x = FloatVector.broadcast(SPECIES, a[column + 5]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
            x = FloatVector.broadcast(SPECIES, a[column + 6]);
            s60 = x.fma(left, s60);
            s61 = x.fma(right, s61);
            x = FloatVector.broadcast(SPECIES, a[column + 7]);
            s70 = x.fma(left, s70);
            s71 = x.fma(right, s71);
            left = FloatVector.fromArray(SPECIES, b, row + WIDTH);
            right = FloatVector.fromArray(SPECIES, b, row + WIDTH + LANES);
            x = FloatVector.broadcast(SPECIES, a[column + EIGHT_ROWS]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            x = FloatVector.broadcast(SPECIES, a[column + EIGHT_ROWS + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            x = FloatVector.broadcast(SPECIES, a[column + EIGHT_ROWS + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            x = FloatVector.broadcast(SPECIES, a[column + EIGHT_ROWS + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            x = FloatVector.broadcast(SPECIES, a[column + EIGHT_ROWS + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            x = FloatVector.broadcast(SPECIES, a[column + EIGHT_ROWS + 5]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
            x = FloatVector.broadcast(SPECIES, a[column + EIGHT_ROWS + 6]);
            s60 = x.fma(left, s60);
            s61 = x.fma(right, s61);
            x = FloatVector.broadcast(SPECIES, a[column + EIGHT_ROWS + 7]);
            s70 = x.fma(left, s70);
            s71 = x.fma(right, s71);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        ((FloatVector) SUM.cast(s10)).intoArray(c, c0 + cStride);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c0 + cStride + LANES);
        ((FloatVector) SUM.cast(s20)).intoArray(c, c0 + 2 * cStride);
        ((FloatVector) SUM.cast(s21)).intoArray(c, c0 + 2 * cStride + LANES);
        ((FloatVector) SUM.cast(s30)).intoArray(c, c0 + 3 * cStride);
        ((FloatVector) SUM.cast(s31)).intoArray(c, c0 + 3 * cStride + LANES);
        ((FloatVector) SUM.cast(s40)).intoArray(c, c0 + 4 * cStride);
        ((FloatVector) SUM.cast(s41)).intoArray(c, c0 + 4 * cStride + LANES);
        ((FloatVector) SUM.cast(s50)).intoArray(c, c0 + 5 * cStride);
        ((FloatVector) SUM.cast(s51)).intoArray(c, c0 + 5 * cStride + LANES);
        ((FloatVector) SUM.cast(s60)).intoArray(c, c0 + 6 * cStride);
        ((FloatVector) SUM.cast(s61)).intoArray(c, c0 + 6 * cStride + LANES);
        ((FloatVector) SUM.cast(s70)).intoArray(c, c0 + 7 * cStride);
        ((FloatVector) SUM.cast(s71)).intoArray(c, c0 + 7 * cStride + LANES);
        return loaded;
    }

    private static float tile12(
            float[] a,
            int a0,
            int aStride,
            float[] b,
            int b0,
            int bStride,
            int inner,
            float[] bias,
            int bias0,
            float[] c,
            int c0,
            int cStride,
            int next,
            int rate) {
        FloatVector first = FloatVector.fromArray(SPECIES, bias, bias0);
        FloatVector second = FloatVector.fromArray(SPECIES, bias, bias0 + LANES);
        FloatVector s00 = first;
        FloatVector s01 = second;
        FloatVector s10 = first;
        FloatVector s11 = second;
        FloatVector s20 = first;
        FloatVector s21 = second;
        FloatVector s30 = first;
        FloatVector s31 = second;
        FloatVector s40 = first;
        FloatVector s41 = second;
        FloatVector s50 = first;
        FloatVector s51 = second;
        FloatVector s60 = first;
        FloatVector s61 = second;
        FloatVector s70 = first;
        FloatVector s71 = second;
        FloatVector s80 = first;
        FloatVector s81 = second;
        FloatVector s90 = first;
        FloatVector s91 = second;
        FloatVector sa0 = first;
        FloatVector sa1 = second;
        FloatVector sb0 = first;
        FloatVector sb1 = second;
        float loaded = 0f;
        for (int k = 0; k < inner; k += STEPS) {
            int column = a0 + k * TWELVE_ROWS;
            int row = b0 + k * WIDTH;
            loaded += b[next + k * rate];
            FloatVector left = FloatVector.fromArray(SPECIES, b, row);
            FloatVector right = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[column]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            x = FloatVector.broadcast(SPECIES, a[column + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            x = FloatVector.broadcast(SPECIES, a[column + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            x = FloatVector.broadcast(SPECIES, a[column + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            x = FloatVector.broadcast(SPECIES, a[column + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            x = FloatVector.broadcast(SPECIES, a[column + 5]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
            x = FloatVector.broadcast(SPECIES, a[column + 6]);
            s60 = x.fma(left, s60);
            s61 = x.fma(right, s61);
            x = FloatVector.broadcast(SPECIES, a[column + 7]);
            s70 = x.fma(left, s70);
            s71 = x.fma(right, s71);
            x = FloatVector.broadcast(SPECIES, a[column + 8]);
            s80 = x.fma(left, s80);
            s81 = x.fma(right, s81);
            x = FloatVector.broadcast(SPECIES, a[column + 9]);
            s90 = x.fma(left, s90);
            s91 = x.fma(right, s91);
            x = FloatVector.broadcast(SPECIES, a[column + 10]);
            sa0 = x.fma(left, sa0);
            sa1 = x.fma(right, sa1);
            x = FloatVector.broadcast(SPECIES, a[column + 11]);
            sb0 = x.fma(left, sb0);
            sb1 = x.fma(right, sb1);
            left = FloatVector.fromArray(SPECIES, b, row + WIDTH);
            right = FloatVector.fromArray(SPECIES, b, row + WIDTH + LANES);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 5]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 6]);
            s60 = x.fma(left, s60);
            s61 = x.fma(right, s61);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 7]);
            s70 = x.fma(left, s70);
            s71 = x.fma(right, s71);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 8]);
            s80 = x.fma(left, s80);
            s81 = x.fma(right, s81);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 9]);
            s90 = x.fma(left, s90);
            s91 = x.fma(right, s91);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 10]);
            sa0 = x.fma(left, sa0);
            sa1 = x.fma(right, sa1);
            x = FloatVector.broadcast(SPECIES, a[column + TWELVE_ROWS + 11]);
            sb0 = x.fma(left, sb0);
            sb1 = x.fma(right, sb1);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        ((FloatVector) SUM.cast(s10)).intoArray(c, c0 + cStride);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c0 + cStride + LANES);
        ((FloatVector) SUM.cast(s20)).intoArray(c, c0 + 2 * cStride);
        ((FloatVector) SUM.cast(s21)).intoArray(c, c0 + 2 * cStride + LANES);
        ((FloatVector) SUM.cast(s30)).intoArray(c, c0 + 3 * cStride);
        ((FloatVector) SUM.cast(s31)).intoArray(c, c0 + 3 * cStride + LANES);
        ((FloatVector) SUM.cast(s40)).intoArray(c, c0 + 4 * cStride);
        ((FloatVector) SUM.cast(s41)).intoArray(c, c0 + 4 * cStride + LANES);
        ((FloatVector) SUM.cast(s50)).intoArray(c, c0 + 5 * cStride);
        ((FloatVector) SUM.cast(s51)).intoArray(c, c0 + 5 * cStride + LANES);
        ((FloatVector) SUM.cast(s60)).intoArray(c, c0 + 6 * cStride);
        ((FloatVector) SUM.cast(s61)).intoArray(c, c0 + 6 * cStride + LANES);
        ((FloatVector) SUM.cast(s70)).intoArray(c, c0 + 7 * cStride);
        ((FloatVector) SUM.cast(s71)).intoArray(c, c0 + 7 * cStride + LANES);
        ((FloatVector) SUM.cast(s80)).intoArray(c, c0 + 8 * cStride);
        ((FloatVector) SUM.cast(s81)).intoArray(c, c0 + 8 * cStride + LANES);
        ((FloatVector) SUM.cast(s90)).intoArray(c, c0 + 9 * cStride);
        ((FloatVector) SUM.cast(s91)).intoArray(c, c0 + 9 * cStride + LANES);
        ((FloatVector) SUM.cast(sa0)).intoArray(c, c0 + 10 * cStride);
        ((FloatVector) SUM.cast(sa1)).intoArray(c, c0 + 10 * cStride + LANES);
        ((FloatVector) SUM.cast(sb0)).intoArray(c, c0 + 11 * cStride);
        ((FloatVector) SUM.cast(sb1)).intoArray(c, c0 + 11 * cStride + LANES);
        return loaded;
    }
}
