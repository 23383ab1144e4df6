package io.github.debertastreams.model.kernel;

import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of the matrix product: a few rows by two vectors, all of the inner dimension in one go, so that the result is
 * written once and never read.
 *
 * <p>Each body is straight-line code on purpose: one accumulator that the compiler spills costs half the speed, and a loop or an array
 * of vectors costs all of it. How many rows pay depends on the registers of the machine and on the compiler's luck, so the candidates
 * are timed once per JVM.
 */
final class VectorTiles {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Columns of a tile. */
    static final int WIDTH = 2 * LANES;

    /** {@code c = bias + a · b} for a number of rows and {@link #WIDTH} columns, each matrix with an offset and a row stride. */
    interface Body {
        void run(
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
                int cStride);
    }

    private record Tile(int rows, Body body) {}

    private static final Tile ONE = new Tile(1, VectorTiles::tile1);
    private static final Tile TWO = new Tile(2, VectorTiles::tile2);
    private static final Tile FOUR = new Tile(4, VectorTiles::tile4);
    private static final Tile SIX = new Tile(6, VectorTiles::tile6);
    private static final Tile EIGHT = new Tile(8, VectorTiles::tile8);
    private static final Tile TEN = new Tile(10, VectorTiles::tile10);

    /** Rows that stay in cache while a panel passes over them: a multiple of every tile's rows. */
    static final int ROW_BLOCK = 240;

    /** Long enough for the compiler to finish with a candidate and for some undisturbed passes. */
    private static final long TRIAL_NANOS = 40_000_000;

    private static final Tile LARGE = fastest();

    private VectorTiles() {}

    /** Rows of the tile in use. */
    static int rows() {
        return LARGE.rows();
    }

    /**
     * {@code c = bias + a · b} for {@link #WIDTH} columns and any number of rows. The last tile overlaps the one before where the rows
     * do not come out even: it computes the same values again, which is cheaper than a narrower one.
     */
    static void run(
            float[] a,
            int a0,
            int aStride,
            int rows,
            float[] b,
            int b0,
            int bStride,
            int inner,
            float[] bias,
            int bias0,
            float[] c,
            int c0,
            int cStride) {
        Tile tile = rows >= LARGE.rows() ? LARGE : rows >= 4 ? FOUR : rows >= 2 ? TWO : ONE;
        for (int next = 0; next < rows; next += tile.rows()) {
            int row = Math.min(next, rows - tile.rows());
            tile.body()
                    .run(
                            a,
                            a0 + row * aStride,
                            aStride,
                            b,
                            b0,
                            bStride,
                            inner,
                            bias,
                            bias0,
                            c,
                            c0 + row * cStride,
                            cStride);
        }
    }

    /** With 16 registers (256 bits on x86) more than six rows spill; with 32, fewer leave the multipliers idle. */
    private static List<Tile> candidates() {
        return SPECIES.vectorBitSize() == 256 ? List.of(FOUR, SIX) : List.of(SIX, EIGHT, TEN);
    }

    /** The candidate that is fastest here and now. */
    private static Tile fastest() {
        int inner = 256;
        float[] a = new float[ROW_BLOCK * inner];
        float[] b = new float[inner * WIDTH];
        float[] c = new float[ROW_BLOCK * WIDTH];
        Arrays.fill(a, 0.5f);
        Arrays.fill(b, 0.25f);
        Tile fastest = FOUR;
        long least = Long.MAX_VALUE;
        for (Tile tile : candidates()) {
            long nanos = nanosPerPass(tile, inner, a, b, c);
            if (nanos < least) {
                least = nanos;
                fastest = tile;
            }
        }
        return fastest;
    }

    private static long nanosPerPass(Tile tile, int inner, float[] a, float[] b, float[] c) {
        long least = Long.MAX_VALUE;
        long end = System.nanoTime() + TRIAL_NANOS;
        for (long start = System.nanoTime(); start < end; ) {
            for (int row = 0; row + tile.rows() <= ROW_BLOCK; row += tile.rows()) {
                tile.body().run(a, row * inner, inner, b, 0, WIDTH, inner, b, 0, c, row * WIDTH, WIDTH);
            }
            long now = System.nanoTime();
            least = Math.min(least, now - start);
            start = now;
        }
        return least;
    }

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
        FloatVector low = FloatVector.fromArray(SPECIES, bias, bias0);
        FloatVector high = FloatVector.fromArray(SPECIES, bias, bias0 + LANES);
        FloatVector s00 = low;
        FloatVector s01 = high;
        for (int k = 0; k < inner; k++) {
            FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * bStride);
            FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * bStride + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
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
        FloatVector low = FloatVector.fromArray(SPECIES, bias, bias0);
        FloatVector high = FloatVector.fromArray(SPECIES, bias, bias0 + LANES);
        int a1 = a0 + aStride;
        FloatVector s00 = low;
        FloatVector s01 = high;
        FloatVector s10 = low;
        FloatVector s11 = high;
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
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c0 + cStride);
        s11.intoArray(c, c0 + cStride + LANES);
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
        FloatVector low = FloatVector.fromArray(SPECIES, bias, bias0);
        FloatVector high = FloatVector.fromArray(SPECIES, bias, bias0 + LANES);
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        FloatVector s00 = low;
        FloatVector s01 = high;
        FloatVector s10 = low;
        FloatVector s11 = high;
        FloatVector s20 = low;
        FloatVector s21 = high;
        FloatVector s30 = low;
        FloatVector s31 = high;
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
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c0 + cStride);
        s11.intoArray(c, c0 + cStride + LANES);
        s20.intoArray(c, c0 + 2 * cStride);
        s21.intoArray(c, c0 + 2 * cStride + LANES);
        s30.intoArray(c, c0 + 3 * cStride);
        s31.intoArray(c, c0 + 3 * cStride + LANES);
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
        FloatVector low = FloatVector.fromArray(SPECIES, bias, bias0);
        FloatVector high = FloatVector.fromArray(SPECIES, bias, bias0 + LANES);
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int a4 = a3 + aStride;
        int a5 = a4 + aStride;
        FloatVector s00 = low;
        FloatVector s01 = high;
        FloatVector s10 = low;
        FloatVector s11 = high;
        FloatVector s20 = low;
        FloatVector s21 = high;
        FloatVector s30 = low;
        FloatVector s31 = high;
        FloatVector s40 = low;
        FloatVector s41 = high;
        FloatVector s50 = low;
        FloatVector s51 = high;
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
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c0 + cStride);
        s11.intoArray(c, c0 + cStride + LANES);
        s20.intoArray(c, c0 + 2 * cStride);
        s21.intoArray(c, c0 + 2 * cStride + LANES);
        s30.intoArray(c, c0 + 3 * cStride);
        s31.intoArray(c, c0 + 3 * cStride + LANES);
        s40.intoArray(c, c0 + 4 * cStride);
        s41.intoArray(c, c0 + 4 * cStride + LANES);
        s50.intoArray(c, c0 + 5 * cStride);
        s51.intoArray(c, c0 + 5 * cStride + LANES);
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
        FloatVector low = FloatVector.fromArray(SPECIES, bias, bias0);
        FloatVector high = FloatVector.fromArray(SPECIES, bias, bias0 + LANES);
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int a4 = a3 + aStride;
        int a5 = a4 + aStride;
        int a6 = a5 + aStride;
        int a7 = a6 + aStride;
        FloatVector s00 = low;
        FloatVector s01 = high;
        FloatVector s10 = low;
        FloatVector s11 = high;
        FloatVector s20 = low;
        FloatVector s21 = high;
        FloatVector s30 = low;
        FloatVector s31 = high;
        FloatVector s40 = low;
        FloatVector s41 = high;
        FloatVector s50 = low;
        FloatVector s51 = high;
        FloatVector s60 = low;
        FloatVector s61 = high;
        FloatVector s70 = low;
        FloatVector s71 = high;
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
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c0 + cStride);
        s11.intoArray(c, c0 + cStride + LANES);
        s20.intoArray(c, c0 + 2 * cStride);
        s21.intoArray(c, c0 + 2 * cStride + LANES);
        s30.intoArray(c, c0 + 3 * cStride);
        s31.intoArray(c, c0 + 3 * cStride + LANES);
        s40.intoArray(c, c0 + 4 * cStride);
        s41.intoArray(c, c0 + 4 * cStride + LANES);
        s50.intoArray(c, c0 + 5 * cStride);
        s51.intoArray(c, c0 + 5 * cStride + LANES);
        s60.intoArray(c, c0 + 6 * cStride);
        s61.intoArray(c, c0 + 6 * cStride + LANES);
        s70.intoArray(c, c0 + 7 * cStride);
        s71.intoArray(c, c0 + 7 * cStride + LANES);
    }

    private static void tile10(
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
        FloatVector low = FloatVector.fromArray(SPECIES, bias, bias0);
        FloatVector high = FloatVector.fromArray(SPECIES, bias, bias0 + LANES);
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int a4 = a3 + aStride;
        int a5 = a4 + aStride;
        int a6 = a5 + aStride;
        int a7 = a6 + aStride;
        int a8 = a7 + aStride;
        int a9 = a8 + aStride;
        FloatVector s00 = low;
        FloatVector s01 = high;
        FloatVector s10 = low;
        FloatVector s11 = high;
        FloatVector s20 = low;
        FloatVector s21 = high;
        FloatVector s30 = low;
        FloatVector s31 = high;
        FloatVector s40 = low;
        FloatVector s41 = high;
        FloatVector s50 = low;
        FloatVector s51 = high;
        FloatVector s60 = low;
        FloatVector s61 = high;
        FloatVector s70 = low;
        FloatVector s71 = high;
        FloatVector s80 = low;
        FloatVector s81 = high;
        FloatVector s90 = low;
        FloatVector s91 = high;
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
            x = FloatVector.broadcast(SPECIES, a[a8 + k]);
            s80 = x.fma(left, s80);
            s81 = x.fma(right, s81);
            x = FloatVector.broadcast(SPECIES, a[a9 + k]);
            s90 = x.fma(left, s90);
            s91 = x.fma(right, s91);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c0 + cStride);
        s11.intoArray(c, c0 + cStride + LANES);
        s20.intoArray(c, c0 + 2 * cStride);
        s21.intoArray(c, c0 + 2 * cStride + LANES);
        s30.intoArray(c, c0 + 3 * cStride);
        s31.intoArray(c, c0 + 3 * cStride + LANES);
        s40.intoArray(c, c0 + 4 * cStride);
        s41.intoArray(c, c0 + 4 * cStride + LANES);
        s50.intoArray(c, c0 + 5 * cStride);
        s51.intoArray(c, c0 + 5 * cStride + LANES);
        s60.intoArray(c, c0 + 6 * cStride);
        s61.intoArray(c, c0 + 6 * cStride + LANES);
        s70.intoArray(c, c0 + 7 * cStride);
        s71.intoArray(c, c0 + 7 * cStride + LANES);
        s80.intoArray(c, c0 + 8 * cStride);
        s81.intoArray(c, c0 + 8 * cStride + LANES);
        s90.intoArray(c, c0 + 9 * cStride);
        s91.intoArray(c, c0 + 9 * cStride + LANES);
    }
}
