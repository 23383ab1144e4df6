package io.github.debertastreams.model.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Tiles of two vectors; see {@link Tile} on their style. */
final class NarrowTiles {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final Class<?> SUM = SPECIES.vectorType();

    /** Columns of a tile. */
    static final int WIDTH = 2 * LANES;

    static final Tile<float[]> ONE = new Tile<>(1, NarrowTiles::tile1);
    static final Tile<float[]> TWO = new Tile<>(2, NarrowTiles::tile2);
    static final Tile<float[]> FOUR = new Tile<>(4, NarrowTiles::tile4);
    static final Tile<float[]> SIX = new Tile<>(6, NarrowTiles::tile6);
    static final Tile<float[]> EIGHT = new Tile<>(8, NarrowTiles::tile8);

    private NarrowTiles() {}

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
        FloatVector s00 = first;
        FloatVector s01 = second;
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
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
        int a1 = a0 + aStride;
        FloatVector s00 = first;
        FloatVector s01 = second;
        FloatVector s10 = first;
        FloatVector s11 = second;
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
        }
        ((FloatVector) SUM.cast(s00)).intoArray(c, c0);
        ((FloatVector) SUM.cast(s01)).intoArray(c, c0 + LANES);
        ((FloatVector) SUM.cast(s10)).intoArray(c, c0 + cStride);
        ((FloatVector) SUM.cast(s11)).intoArray(c, c0 + cStride + LANES);
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
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
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
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int a4 = a3 + aStride;
        int a5 = a4 + aStride;
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
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            x = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            x = FloatVector.broadcast(SPECIES, a[a5 + k]);
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
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            x = FloatVector.broadcast(SPECIES, a[a4 + k]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            x = FloatVector.broadcast(SPECIES, a[a5 + k]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
            x = FloatVector.broadcast(SPECIES, a[a6 + k]);
            s60 = x.fma(left, s60);
            s61 = x.fma(right, s61);
            x = FloatVector.broadcast(SPECIES, a[a7 + k]);
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
    }
}
