package io.github.debertastreams.model.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Tiles of three vectors: fewer loads for each multiplication, more registers; see {@link Tile} on their style. */
final class WideTiles {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final Class<?> SUM = SPECIES.vectorType();

    /** Columns of a tile. */
    static final int WIDTH = 3 * LANES;

    static final Tile<float[]> ONE = new Tile<>(1, WideTiles::tile1);
    static final Tile<float[]> TWO = new Tile<>(2, WideTiles::tile2);
    static final Tile<float[]> FOUR = new Tile<>(4, WideTiles::tile4);
    static final Tile<float[]> EIGHT = new Tile<>(8, WideTiles::tile8);

    private WideTiles() {}

    private static void tile1(
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
        FloatVector third = FloatVector.fromArray(SPECIES, bias, bias0 + 2 * LANES);
        FloatVector s00 = first;
        FloatVector s01 = second;
        FloatVector s02 = third;
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector middle = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + 2 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(middle, s01);
            s02 = x.fma(right, s02);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        ((FloatVector) SUM.cast(s02)).intoArray(c, c0 + 2 * LANES);
    }

    private static void tile2(
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
        FloatVector third = FloatVector.fromArray(SPECIES, bias, bias0 + 2 * LANES);
        int a1 = a0 + aStride;
        FloatVector s00 = first;
        FloatVector s01 = second;
        FloatVector s02 = third;
        FloatVector s10 = first;
        FloatVector s11 = second;
        FloatVector s12 = third;
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector middle = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + 2 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(middle, s01);
            s02 = x.fma(right, s02);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(left, s10);
            s11 = x.fma(middle, s11);
            s12 = x.fma(right, s12);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        ((FloatVector) SUM.cast(s02)).intoArray(c, c0 + 2 * LANES);
        ((FloatVector) SUM.cast(s10)).intoArray(c, c0 + cStride);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c0 + cStride + LANES);
        ((FloatVector) SUM.cast(s12)).intoArray(c, c0 + cStride + 2 * LANES);
    }

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
        FloatVector third = FloatVector.fromArray(SPECIES, bias, bias0 + 2 * LANES);
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        FloatVector s00 = first;
        FloatVector s01 = second;
        FloatVector s02 = third;
        FloatVector s10 = first;
        FloatVector s11 = second;
        FloatVector s12 = third;
        FloatVector s20 = first;
        FloatVector s21 = second;
        FloatVector s22 = third;
        FloatVector s30 = first;
        FloatVector s31 = second;
        FloatVector s32 = third;
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector middle = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + 2 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(middle, s01);
            s02 = x.fma(right, s02);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(left, s10);
            s11 = x.fma(middle, s11);
            s12 = x.fma(right, s12);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(left, s20);
            s21 = x.fma(middle, s21);
            s22 = x.fma(right, s22);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(left, s30);
            s31 = x.fma(middle, s31);
            s32 = x.fma(right, s32);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        ((FloatVector) SUM.cast(s02)).intoArray(c, c0 + 2 * LANES);
        ((FloatVector) SUM.cast(s10)).intoArray(c, c0 + cStride);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c0 + cStride + LANES);
        ((FloatVector) SUM.cast(s12)).intoArray(c, c0 + cStride + 2 * LANES);
        ((FloatVector) SUM.cast(s20)).intoArray(c, c0 + 2 * cStride);
        ((FloatVector) SUM.cast(s21)).intoArray(c, c0 + 2 * cStride + LANES);
        ((FloatVector) SUM.cast(s22)).intoArray(c, c0 + 2 * cStride + 2 * LANES);
        ((FloatVector) SUM.cast(s30)).intoArray(c, c0 + 3 * cStride);
        ((FloatVector) SUM.cast(s31)).intoArray(c, c0 + 3 * cStride + LANES);
        ((FloatVector) SUM.cast(s32)).intoArray(c, c0 + 3 * cStride + 2 * LANES);
    }

    private static void tile8(
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
        FloatVector third = FloatVector.fromArray(SPECIES, bias, bias0 + 2 * LANES);
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int a4 = a3 + aStride;
        int a5 = a4 + aStride;
        int a6 = a5 + aStride;
        int a7 = a6 + aStride;
        FloatVector s00 = first;
        FloatVector s01 = second;
        FloatVector s02 = third;
        FloatVector s10 = first;
        FloatVector s11 = second;
        FloatVector s12 = third;
        FloatVector s20 = first;
        FloatVector s21 = second;
        FloatVector s22 = third;
        FloatVector s30 = first;
        FloatVector s31 = second;
        FloatVector s32 = third;
        FloatVector s40 = first;
        FloatVector s41 = second;
        FloatVector s42 = third;
        FloatVector s50 = first;
        FloatVector s51 = second;
        FloatVector s52 = third;
        FloatVector s60 = first;
        FloatVector s61 = second;
        FloatVector s62 = third;
        FloatVector s70 = first;
        FloatVector s71 = second;
        FloatVector s72 = third;
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector middle = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + 2 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(middle, s01);
            s02 = x.fma(right, s02);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(left, s10);
            s11 = x.fma(middle, s11);
            s12 = x.fma(right, s12);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(left, s20);
            s21 = x.fma(middle, s21);
            s22 = x.fma(right, s22);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(left, s30);
            s31 = x.fma(middle, s31);
            s32 = x.fma(right, s32);
            x = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x.fma(left, s40);
            s41 = x.fma(middle, s41);
            s42 = x.fma(right, s42);
            x = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x.fma(left, s50);
            s51 = x.fma(middle, s51);
            s52 = x.fma(right, s52);
            x = FloatVector.broadcast(SPECIES, a[a6 + k]);
            s60 = x.fma(left, s60);
            s61 = x.fma(middle, s61);
            s62 = x.fma(right, s62);
            x = FloatVector.broadcast(SPECIES, a[a7 + k]);
            s70 = x.fma(left, s70);
            s71 = x.fma(middle, s71);
            s72 = x.fma(right, s72);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        ((FloatVector) SUM.cast(s02)).intoArray(c, c0 + 2 * LANES);
        ((FloatVector) SUM.cast(s10)).intoArray(c, c0 + cStride);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c0 + cStride + LANES);
        ((FloatVector) SUM.cast(s12)).intoArray(c, c0 + cStride + 2 * LANES);
        ((FloatVector) SUM.cast(s20)).intoArray(c, c0 + 2 * cStride);
        ((FloatVector) SUM.cast(s21)).intoArray(c, c0 + 2 * cStride + LANES);
        ((FloatVector) SUM.cast(s22)).intoArray(c, c0 + 2 * cStride + 2 * LANES);
        ((FloatVector) SUM.cast(s30)).intoArray(c, c0 + 3 * cStride);
        ((FloatVector) SUM.cast(s31)).intoArray(c, c0 + 3 * cStride + LANES);
        ((FloatVector) SUM.cast(s32)).intoArray(c, c0 + 3 * cStride + 2 * LANES);
        ((FloatVector) SUM.cast(s40)).intoArray(c, c0 + 4 * cStride);
        ((FloatVector) SUM.cast(s41)).intoArray(c, c0 + 4 * cStride + LANES);
        ((FloatVector) SUM.cast(s42)).intoArray(c, c0 + 4 * cStride + 2 * LANES);
        ((FloatVector) SUM.cast(s50)).intoArray(c, c0 + 5 * cStride);
        ((FloatVector) SUM.cast(s51)).intoArray(c, c0 + 5 * cStride + LANES);
        ((FloatVector) SUM.cast(s52)).intoArray(c, c0 + 5 * cStride + 2 * LANES);
        ((FloatVector) SUM.cast(s60)).intoArray(c, c0 + 6 * cStride);
        ((FloatVector) SUM.cast(s61)).intoArray(c, c0 + 6 * cStride + LANES);
        ((FloatVector) SUM.cast(s62)).intoArray(c, c0 + 6 * cStride + 2 * LANES);
        ((FloatVector) SUM.cast(s70)).intoArray(c, c0 + 7 * cStride);
        ((FloatVector) SUM.cast(s71)).intoArray(c, c0 + 7 * cStride + LANES);
        ((FloatVector) SUM.cast(s72)).intoArray(c, c0 + 7 * cStride + 2 * LANES);
    }
}
