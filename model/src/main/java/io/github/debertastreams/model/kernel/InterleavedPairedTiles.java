package io.github.debertastreams.model.kernel;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PairedTiles} for few registers: as {@link InterleavedTiles}, over interleaved rows and with fences. Four vectors of weights beside the sums would be too many, so the
 * pairs are loaded once more for the odd step. Nothing is loaded ahead: of half the bytes the processor keeps up with what is read in order.
 */
final class InterleavedPairedTiles {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> PAIRS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final Class<?> SUM = SPECIES.vectorType();
    private static final int WIDTH = 2 * LANES;
    private static final int HALF = PairedTiles.HALF;
    private static final int UPPER = PairedTiles.UPPER;

    /** For four rows too: with half of it the offsets take one instruction more, and JDK 17 spills a sum. */
    private static final int STRIDE = 8;

    /** Whether the offset in a panel, of ints for two steps, is a multiple of the one in the rows: only then bounds are checked before the loop. */
    static final boolean FIT = WIDTH % (2 * STRIDE) == 0;

    static final Tile<int[]> FOUR = new Tile<>(4, STRIDE, InterleavedPairedTiles::tile4);
    static final Tile<int[]> SIX = new Tile<>(6, STRIDE, InterleavedPairedTiles::tile6);

    private InterleavedPairedTiles() {}

    private static void tile4(
            float[] a,
            int a0,
            int aStride,
            int[] b,
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
        int end = a0 + inner * STRIDE;
        int start = b0 - a0 * (WIDTH / (2 * STRIDE));
        for (int column = a0; column < end; column += 2 * STRIDE) {
            int row = start + column * (WIDTH / (2 * STRIDE));
            IntVector leftPairs = IntVector.fromArray(PAIRS, b, row);
            IntVector rightPairs = IntVector.fromArray(PAIRS, b, row + LANES);
            FloatVector left = leftPairs.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector right = rightPairs.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
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
            leftPairs = IntVector.fromArray(PAIRS, b, row);
            rightPairs = IntVector.fromArray(PAIRS, b, row + LANES);
            left = leftPairs.and(UPPER).reinterpretAsFloats();
            right = rightPairs.and(UPPER).reinterpretAsFloats();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE + 3]);
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
            int[] b,
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
        int end = a0 + inner * STRIDE;
        int start = b0 - a0 * (WIDTH / (2 * STRIDE));
        for (int column = a0; column < end; column += 2 * STRIDE) {
            int row = start + column * (WIDTH / (2 * STRIDE));
            IntVector leftPairs = IntVector.fromArray(PAIRS, b, row);
            IntVector rightPairs = IntVector.fromArray(PAIRS, b, row + LANES);
            FloatVector left = leftPairs.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector right = rightPairs.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
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
            leftPairs = IntVector.fromArray(PAIRS, b, row);
            rightPairs = IntVector.fromArray(PAIRS, b, row + LANES);
            left = leftPairs.and(UPPER).reinterpretAsFloats();
            right = rightPairs.and(UPPER).reinterpretAsFloats();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE + 1]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE + 2]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE + 3]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE + 4]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE + 5]);
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
}
