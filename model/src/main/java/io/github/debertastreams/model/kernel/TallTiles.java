package io.github.debertastreams.model.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link InterleavedTiles} for processors with 32 registers: eight rows by two vectors, without fences. Twelve rows would fit too, and are no faster: JDK 25 spills one sum
 * of them. It loads ahead whether or not there is anything to load: one load more in each turn, of what it reads anyway, costs nothing.
 */
final class TallTiles {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final Class<?> SUM = SPECIES.vectorType();
    private static final int WIDTH = 2 * LANES;

    /** The inner dimension is a multiple of it. */
    private static final int STEPS = InterleavedTiles.STEPS;

    /** A divisor of the width, as in {@link InterleavedTiles}. */
    private static final int ROWS = 8;

    static final Tile<float[]> EIGHT = new Tile<>(
            ROWS,
            ROWS,
            (a, a0, aStride, b, b0, bStride, inner, bias, bias0, c, c0, cStride) ->
                    tile8(a, a0, aStride, b, b0, bStride, inner, bias, bias0, c, c0, cStride, b0, 1),
            TallTiles::tile8,
            1);

    private TallTiles() {}

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
        int end = a0 + inner * ROWS;
        int start = b0 - a0 * (WIDTH / ROWS);
        int ahead = next;
        float loaded = 0f;
        for (int column = a0; column < end; column += STEPS * ROWS) {
            int row = start + column * (WIDTH / ROWS);
            loaded += b[ahead];
            ahead += STEPS * rate;
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
            x = FloatVector.broadcast(SPECIES, a[column + ROWS]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            x = FloatVector.broadcast(SPECIES, a[column + ROWS + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            x = FloatVector.broadcast(SPECIES, a[column + ROWS + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            x = FloatVector.broadcast(SPECIES, a[column + ROWS + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            x = FloatVector.broadcast(SPECIES, a[column + ROWS + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            x = FloatVector.broadcast(SPECIES, a[column + ROWS + 5]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
            x = FloatVector.broadcast(SPECIES, a[column + ROWS + 6]);
            s60 = x.fma(left, s60);
            s61 = x.fma(right, s61);
            x = FloatVector.broadcast(SPECIES, a[column + ROWS + 7]);
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
}
