package io.github.debertastreams.model.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of two vectors whose right matrix is in bfloat16: an int holds a column's values for an even row in its low half and for
 * the odd row after it in its high half. A bfloat16 is the upper half of a float, so one shift or one mask gives the float back, and
 * half the bytes come from memory. The sums are those of {@link NarrowTiles} on the same numbers, bit by bit. See {@link Tile} on the
 * style.
 */
final class PairedTiles {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> PAIRS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final Class<?> SUM = SPECIES.vectorType();
    static final int HALF = 16;
    static final int UPPER = 0xffff0000;

    static final Tile<int[]> ONE = new Tile<>(1, PairedTiles::tile1);
    static final Tile<int[]> TWO = new Tile<>(2, PairedTiles::tile2);
    static final Tile<int[]> FOUR = new Tile<>(4, PairedTiles::tile4);
    static final Tile<int[]> EIGHT = new Tile<>(8, PairedTiles::tile8);

    private PairedTiles() {}

    private static void tile1(
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
        for (int k = 0; k < inner; k += 2) {
            IntVector left = IntVector.fromArray(PAIRS, b, b0 + (k >> 1) * bStride);
            IntVector right = IntVector.fromArray(PAIRS, b, b0 + (k >> 1) * bStride + LANES);
            FloatVector evenLeft = left.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector evenRight = right.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector oddLeft = left.and(UPPER).reinterpretAsFloats();
            FloatVector oddRight = right.and(UPPER).reinterpretAsFloats();
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(evenLeft, s00);
            s01 = x.fma(evenRight, s01);
            x = FloatVector.broadcast(SPECIES, a[a0 + k + 1]);
            s00 = x.fma(oddLeft, s00);
            s01 = x.fma(oddRight, s01);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
    }

    private static void tile2(
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
        int a1 = a0 + aStride;
        FloatVector s00 = first;
        FloatVector s01 = second;
        FloatVector s10 = first;
        FloatVector s11 = second;
        for (int k = 0; k < inner; k += 2) {
            IntVector left = IntVector.fromArray(PAIRS, b, b0 + (k >> 1) * bStride);
            IntVector right = IntVector.fromArray(PAIRS, b, b0 + (k >> 1) * bStride + LANES);
            FloatVector evenLeft = left.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector evenRight = right.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector oddLeft = left.and(UPPER).reinterpretAsFloats();
            FloatVector oddRight = right.and(UPPER).reinterpretAsFloats();
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(evenLeft, s00);
            s01 = x.fma(evenRight, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(evenLeft, s10);
            s11 = x.fma(evenRight, s11);
            x = FloatVector.broadcast(SPECIES, a[a0 + k + 1]);
            s00 = x.fma(oddLeft, s00);
            s01 = x.fma(oddRight, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k + 1]);
            s10 = x.fma(oddLeft, s10);
            s11 = x.fma(oddRight, s11);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        int c1 = c0 + cStride;
        ((FloatVector) SUM.cast(s10)).intoArray(c, c1);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c1 + LANES);
    }

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
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        FloatVector s00 = first;
        FloatVector s01 = second;
        FloatVector s10 = first;
        FloatVector s11 = second;
        FloatVector s20 = first;
        FloatVector s21 = second;
        FloatVector s30 = first;
        FloatVector s31 = second;
        for (int k = 0; k < inner; k += 2) {
            IntVector left = IntVector.fromArray(PAIRS, b, b0 + (k >> 1) * bStride);
            IntVector right = IntVector.fromArray(PAIRS, b, b0 + (k >> 1) * bStride + LANES);
            FloatVector evenLeft = left.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector evenRight = right.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector oddLeft = left.and(UPPER).reinterpretAsFloats();
            FloatVector oddRight = right.and(UPPER).reinterpretAsFloats();
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(evenLeft, s00);
            s01 = x.fma(evenRight, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(evenLeft, s10);
            s11 = x.fma(evenRight, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(evenLeft, s20);
            s21 = x.fma(evenRight, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(evenLeft, s30);
            s31 = x.fma(evenRight, s31);
            x = FloatVector.broadcast(SPECIES, a[a0 + k + 1]);
            s00 = x.fma(oddLeft, s00);
            s01 = x.fma(oddRight, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k + 1]);
            s10 = x.fma(oddLeft, s10);
            s11 = x.fma(oddRight, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + k + 1]);
            s20 = x.fma(oddLeft, s20);
            s21 = x.fma(oddRight, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + k + 1]);
            s30 = x.fma(oddLeft, s30);
            s31 = x.fma(oddRight, s31);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        int c1 = c0 + cStride;
        ((FloatVector) SUM.cast(s10)).intoArray(c, c1);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c1 + LANES);
        int c2 = c1 + cStride;
        ((FloatVector) SUM.cast(s20)).intoArray(c, c2);
        ((FloatVector) SUM.cast(s21)).intoArray(c, c2 + LANES);
        int c3 = c2 + cStride;
        ((FloatVector) SUM.cast(s30)).intoArray(c, c3);
        ((FloatVector) SUM.cast(s31)).intoArray(c, c3 + LANES);
    }

    private static void tile8(
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
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int a4 = a3 + aStride;
        int a5 = a4 + aStride;
        int a6 = a5 + aStride;
        int a7 = a6 + aStride;
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
        for (int k = 0; k < inner; k += 2) {
            IntVector left = IntVector.fromArray(PAIRS, b, b0 + (k >> 1) * bStride);
            IntVector right = IntVector.fromArray(PAIRS, b, b0 + (k >> 1) * bStride + LANES);
            FloatVector evenLeft = left.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector evenRight = right.lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
            FloatVector oddLeft = left.and(UPPER).reinterpretAsFloats();
            FloatVector oddRight = right.and(UPPER).reinterpretAsFloats();
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(evenLeft, s00);
            s01 = x.fma(evenRight, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(evenLeft, s10);
            s11 = x.fma(evenRight, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(evenLeft, s20);
            s21 = x.fma(evenRight, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(evenLeft, s30);
            s31 = x.fma(evenRight, s31);
            x = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x.fma(evenLeft, s40);
            s41 = x.fma(evenRight, s41);
            x = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x.fma(evenLeft, s50);
            s51 = x.fma(evenRight, s51);
            x = FloatVector.broadcast(SPECIES, a[a6 + k]);
            s60 = x.fma(evenLeft, s60);
            s61 = x.fma(evenRight, s61);
            x = FloatVector.broadcast(SPECIES, a[a7 + k]);
            s70 = x.fma(evenLeft, s70);
            s71 = x.fma(evenRight, s71);
            x = FloatVector.broadcast(SPECIES, a[a0 + k + 1]);
            s00 = x.fma(oddLeft, s00);
            s01 = x.fma(oddRight, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k + 1]);
            s10 = x.fma(oddLeft, s10);
            s11 = x.fma(oddRight, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + k + 1]);
            s20 = x.fma(oddLeft, s20);
            s21 = x.fma(oddRight, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + k + 1]);
            s30 = x.fma(oddLeft, s30);
            s31 = x.fma(oddRight, s31);
            x = FloatVector.broadcast(SPECIES, a[a4 + k + 1]);
            s40 = x.fma(oddLeft, s40);
            s41 = x.fma(oddRight, s41);
            x = FloatVector.broadcast(SPECIES, a[a5 + k + 1]);
            s50 = x.fma(oddLeft, s50);
            s51 = x.fma(oddRight, s51);
            x = FloatVector.broadcast(SPECIES, a[a6 + k + 1]);
            s60 = x.fma(oddLeft, s60);
            s61 = x.fma(oddRight, s61);
            x = FloatVector.broadcast(SPECIES, a[a7 + k + 1]);
            s70 = x.fma(oddLeft, s70);
            s71 = x.fma(oddRight, s71);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        int c1 = c0 + cStride;
        ((FloatVector) SUM.cast(s10)).intoArray(c, c1);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c1 + LANES);
        int c2 = c1 + cStride;
        ((FloatVector) SUM.cast(s20)).intoArray(c, c2);
        ((FloatVector) SUM.cast(s21)).intoArray(c, c2 + LANES);
        int c3 = c2 + cStride;
        ((FloatVector) SUM.cast(s30)).intoArray(c, c3);
        ((FloatVector) SUM.cast(s31)).intoArray(c, c3 + LANES);
        int c4 = c3 + cStride;
        ((FloatVector) SUM.cast(s40)).intoArray(c, c4);
        ((FloatVector) SUM.cast(s41)).intoArray(c, c4 + LANES);
        int c5 = c4 + cStride;
        ((FloatVector) SUM.cast(s50)).intoArray(c, c5);
        ((FloatVector) SUM.cast(s51)).intoArray(c, c5 + LANES);
        int c6 = c5 + cStride;
        ((FloatVector) SUM.cast(s60)).intoArray(c, c6);
        ((FloatVector) SUM.cast(s61)).intoArray(c, c6 + LANES);
        int c7 = c6 + cStride;
        ((FloatVector) SUM.cast(s70)).intoArray(c, c7);
        ((FloatVector) SUM.cast(s71)).intoArray(c, c7 + LANES);
    }
}
