package io.github.debertastreams.model.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link InterleavedTiles}' tile of six rows, which also loads a part of a line of the right matrix in each turn: the whole where few tiles
 * have a panel to load, a quarter where many have, so that memory has as long as there is.
 *
 * <p>The part has to be a constant, or the compiler keeps bounds checks in the loop, and spills. So there is a copy of this class for each.
 */
final class LoadingTile implements Tile.Ahead<float[]> {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final Class<?> SUM = SPECIES.vectorType();
    private static final int WIDTH = InterleavedTiles.WIDTH;
    private static final int STRIDE = InterleavedTiles.STRIDE;

    /** What a turn's floats of interleaved rows, as many as a line has, are divided by: a divisor of their stride. */
    private static final int PARTS = classData();

    private LoadingTile() {}

    /** The tile that loads one of so many parts of a line in each turn. */
    static Tile.Ahead<float[]> ofParts(int parts) {
        try (InputStream code = LoadingTile.class.getResourceAsStream("LoadingTile.class")) {
            if (code == null) {
                return new LoadingTile();
            }
            MethodHandles.Lookup copy =
                    MethodHandles.lookup().defineHiddenClassWithClassData(code.readAllBytes(), parts, true);
            MethodType constructor = MethodType.methodType(void.class);
            return (Tile.Ahead<float[]>)
                    copy.findConstructor(copy.lookupClass(), constructor).invoke();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Throwable e) {
            throw new IllegalStateException("a tile's class cannot be copied", e);
        }
    }

    private static int classData() {
        try {
            Integer parts = MethodHandles.classData(MethodHandles.lookup(), ConstantDescs.DEFAULT_NAME, Integer.class);
            return parts == null ? 1 : parts;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int parts() {
        return PARTS;
    }

    @Override
    public float run(
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
            int next) {
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
        int end = inner * (STRIDE / PARTS);
        float loaded = 0f;
        for (int i = 0; i < end; i += InterleavedTiles.STEPS * STRIDE / PARTS) {
            int column = a0 + i * PARTS;
            int row = b0 + i * (PARTS * WIDTH / STRIDE);
            loaded += b[next + i];
            FloatVector left = FloatVector.fromArray(SPECIES, b, row);
            FloatVector right = FloatVector.fromArray(SPECIES, b, row + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[column]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 2]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 4]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 6]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 8]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 10]);
            s50 = x.fma(left, s50);
            s51 = x.fma(right, s51);
            VarHandle.acquireFence();
            left = FloatVector.fromArray(SPECIES, b, row + WIDTH);
            right = FloatVector.fromArray(SPECIES, b, row + WIDTH + LANES);
            x = FloatVector.broadcast(SPECIES, a[column + 1]);
            s00 = x.fma(left, s00);
            s01 = x.fma(right, s01);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 3]);
            s10 = x.fma(left, s10);
            s11 = x.fma(right, s11);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 5]);
            s20 = x.fma(left, s20);
            s21 = x.fma(right, s21);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 7]);
            s30 = x.fma(left, s30);
            s31 = x.fma(right, s31);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 9]);
            s40 = x.fma(left, s40);
            s41 = x.fma(right, s41);
            VarHandle.acquireFence();
            x = FloatVector.broadcast(SPECIES, a[column + 11]);
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
