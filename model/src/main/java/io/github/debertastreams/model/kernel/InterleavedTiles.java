package io.github.debertastreams.model.kernel;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of two vectors over a panel of weights, the rows of the left matrix interleaved, so that one offset serves all of them. For
 * processors whose registers are few: there, an offset of each row's own costs more than the multiplication.
 *
 * <p>A fence is no instruction on x86, and the compiler moves no load over it. Without, it loads all rows first and has too few registers left
 * for the sums; one sum that it spills costs half of the speed.
 */
final class InterleavedTiles {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final Class<?> SUM = SPECIES.vectorType();

    /** Columns of a tile, and the stride of the panels. */
    static final int WIDTH = 2 * LANES;

    /** The inner dimension is a multiple of it. */
    static final int STEPS = 2;

    /** Divisors of the width: so the offset in the panel follows from the one in the rows, and bounds are checked before the loop. */
    private static final int FOUR_STRIDE = 4;

    private static final int SIX_STRIDE = 8;

    static final Tile<float[]> FOUR = new Tile<>(4, FOUR_STRIDE, InterleavedTiles::tile4);
    static final Tile<float[]> SIX =
            new Tile<>(6, SIX_STRIDE, InterleavedTiles::tile6, InterleavedTiles::tile6Ahead, Tile.MOST_AHEAD);

    private InterleavedTiles() {}

    private static void tile4(
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
            int cStride) {
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
        int end = a0 + inner * FOUR_STRIDE;
        int start = b0 - a0 * (WIDTH / FOUR_STRIDE);
        for (int column = a0; column < end; column += STEPS * FOUR_STRIDE) {
            int row = start + column * (WIDTH / FOUR_STRIDE);
            FloatVector left = FloatVector.fromArray(SPECIES, b, row);
            FloatVector right = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[column]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            VarHandle.acquireFence();
            left = FloatVector.fromArray(SPECIES, b, row + WIDTH);
            right = FloatVector.fromArray(SPECIES, b, row + WIDTH + LANES);
            x = FloatVector.broadcast(SPECIES, a[column + FOUR_STRIDE]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + FOUR_STRIDE + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + FOUR_STRIDE + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + FOUR_STRIDE + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        ((FloatVector) SUM.cast(s10)).intoArray(c, c0 + cStride);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c0 + cStride + LANES);
        ((FloatVector) SUM.cast(s20)).intoArray(c, c0 + 2 * cStride);
        ((FloatVector) SUM.cast(s21)).intoArray(c, c0 + 2 * cStride + LANES);
        ((FloatVector) SUM.cast(s30)).intoArray(c, c0 + 3 * cStride);
        ((FloatVector) SUM.cast(s31)).intoArray(c, c0 + 3 * cStride + LANES);
    }

    private static void tile6(
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
            int cStride) {
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
        int end = a0 + inner * SIX_STRIDE;
        int start = b0 - a0 * (WIDTH / SIX_STRIDE);
        for (int column = a0; column < end; column += STEPS * SIX_STRIDE) {
            int row = start + column * (WIDTH / SIX_STRIDE);
            FloatVector left = FloatVector.fromArray(SPECIES, b, row);
            FloatVector right = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[column]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 5]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
            VarHandle.acquireFence();
            left = FloatVector.fromArray(SPECIES, b, row + WIDTH);
            right = FloatVector.fromArray(SPECIES, b, row + WIDTH + LANES);
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 5]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
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
    }

    /**
     * {@link #tile6}, and in each turn, which has as many floats of interleaved rows as a line of {@code b} has, one such line. At that rate alone: the
     * bounds check of one that is no constant would stay in the loop, and JDK 17 spills then.
     */
    private static float tile6Ahead(
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
        int end = a0 + inner * SIX_STRIDE;
        int start = b0 - a0 * (WIDTH / SIX_STRIDE);
        int ahead = next - a0;
        float loaded = 0f;
        for (int column = a0; column < end; column += STEPS * SIX_STRIDE) {
            int row = start + column * (WIDTH / SIX_STRIDE);
            loaded += b[ahead + column];
            FloatVector left = FloatVector.fromArray(SPECIES, b, row);
            FloatVector right = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[column]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 5]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
            VarHandle.acquireFence();
            left = FloatVector.fromArray(SPECIES, b, row + WIDTH);
            right = FloatVector.fromArray(SPECIES, b, row + WIDTH + LANES);
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + SIX_STRIDE + 5]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
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
        return loaded;
    }
}
