package io.github.debertastreams.model.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Kernels on the Vector API at the machine's preferred width: a vector body, then a scalar tail. */
final class VectorKernels implements Kernels {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final float SQRT_HALF = (float) Math.sqrt(0.5);
    private static final ScalarKernels TAIL = new ScalarKernels();

    @Override
    public String name() {
        return "vector" + SPECIES.vectorBitSize();
    }

    /** Two vectors: four rows by two vectors are eight accumulators, which leaves registers for the operands. */
    @Override
    public int panelWidth() {
        return 2 * LANES;
    }

    @Override
    public void gemm(float[] a, int aOffset, int rows, PackedMatrix b, float[] c, int cOffset) {
        int inner = b.inner();
        int columns = b.columns();
        int width = b.width();
        float[] panels = b.panels();
        int column = 0;
        for (; column + width <= columns; column += width) {
            int panel = column * inner;
            int row = 0;
            for (; row + 4 <= rows; row += 4) {
                tile4(a, aOffset + row * inner, inner, panels, panel, c, cOffset + row * columns + column, columns);
            }
            for (; row < rows; row++) {
                tile1(a, aOffset + row * inner, inner, panels, panel, c, cOffset + row * columns + column);
            }
        }
        if (column < columns) {
            for (int row = 0; row < rows; row++) {
                addWeightedRows(
                        a,
                        aOffset + row * inner,
                        panels,
                        column * inner,
                        width,
                        inner,
                        c,
                        cOffset + row * columns + column,
                        columns - column);
            }
        }
    }

    private static void tile4(float[] a, int a0, int inner, float[] panels, int panel, float[] c, int c0, int cStride) {
        int a1 = a0 + inner;
        int a2 = a1 + inner;
        int a3 = a2 + inner;
        int c1 = c0 + cStride;
        int c2 = c1 + cStride;
        int c3 = c2 + cStride;
        FloatVector s00 = FloatVector.fromArray(SPECIES, c, c0);
        FloatVector s01 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
        FloatVector s10 = FloatVector.fromArray(SPECIES, c, c1);
        FloatVector s11 = FloatVector.fromArray(SPECIES, c, c1 + LANES);
        FloatVector s20 = FloatVector.fromArray(SPECIES, c, c2);
        FloatVector s21 = FloatVector.fromArray(SPECIES, c, c2 + LANES);
        FloatVector s30 = FloatVector.fromArray(SPECIES, c, c3);
        FloatVector s31 = FloatVector.fromArray(SPECIES, c, c3 + LANES);
        for (int k = 0; k < inner; k++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, panels, panel + k * 2 * LANES);
            FloatVector b1 = FloatVector.fromArray(SPECIES, panels, panel + k * 2 * LANES + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
    }

    private static void tile1(float[] a, int a0, int inner, float[] panels, int panel, float[] c, int c0) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, c, c0);
        FloatVector s1 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
        for (int k = 0; k < inner; k++) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
            s0 = x.fma(FloatVector.fromArray(SPECIES, panels, panel + k * 2 * LANES), s0);
            s1 = x.fma(FloatVector.fromArray(SPECIES, panels, panel + k * 2 * LANES + LANES), s1);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + LANES);
    }

    @Override
    public void addWeightedRows(
            float[] factors,
            int factorsOffset,
            float[] matrix,
            int offset,
            int stride,
            int count,
            float[] out,
            int outOffset,
            int length) {
        int bound = SPECIES.loopBound(length);
        for (int j = 0; j < bound; j += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, out, outOffset + j);
            for (int k = 0; k < count; k++) {
                FloatVector row = FloatVector.fromArray(SPECIES, matrix, offset + k * stride + j);
                sum = row.fma(FloatVector.broadcast(SPECIES, factors[factorsOffset + k]), sum);
            }
            sum.intoArray(out, outOffset + j);
        }
        if (bound < length) {
            TAIL.addWeightedRows(
                    factors,
                    factorsOffset,
                    matrix,
                    offset + bound,
                    stride,
                    count,
                    out,
                    outOffset + bound,
                    length - bound);
        }
    }

    @Override
    public void addColumnProducts(
            float[] a,
            int aOffset,
            int aStride,
            float[] b,
            int bOffset,
            int bStride,
            int count,
            float[] out,
            int outOffset,
            int length) {
        int bound = SPECIES.loopBound(length);
        for (int j = 0; j < bound; j += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, out, outOffset + j);
            for (int k = 0; k < count; k++) {
                FloatVector left = FloatVector.fromArray(SPECIES, a, aOffset + k * aStride + j);
                sum = left.fma(FloatVector.fromArray(SPECIES, b, bOffset + k * bStride + j), sum);
            }
            sum.intoArray(out, outOffset + j);
        }
        if (bound < length) {
            TAIL.addColumnProducts(
                    a,
                    aOffset + bound,
                    aStride,
                    b,
                    bOffset + bound,
                    bStride,
                    count,
                    out,
                    outOffset + bound,
                    length - bound);
        }
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        int bound = SPECIES.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector.fromArray(SPECIES, y, yOffset + i)
                    .add(FloatVector.fromArray(SPECIES, x, xOffset + i))
                    .intoArray(y, yOffset + i);
        }
        TAIL.add(x, xOffset + bound, y, yOffset + bound, length - bound);
    }

    @Override
    public void softmax(float[] x, int offset, int length) {
        int bound = SPECIES.loopBound(length);
        FloatVector maxima = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < bound; i += LANES) {
            maxima = maxima.max(FloatVector.fromArray(SPECIES, x, offset + i));
        }
        float max = maxima.reduceLanes(VectorOperators.MAX);
        for (int i = bound; i < length; i++) {
            max = Math.max(max, x[offset + i]);
        }
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector exponential =
                    FloatVector.fromArray(SPECIES, x, offset + i).sub(max).lanewise(VectorOperators.EXP);
            exponential.intoArray(x, offset + i);
            sums = sums.add(exponential);
        }
        float sum = sums.reduceLanes(VectorOperators.ADD);
        for (int i = bound; i < length; i++) {
            x[offset + i] = (float) Math.exp(x[offset + i] - max);
            sum += x[offset + i];
        }
        float scale = 1 / sum;
        for (int i = 0; i < bound; i += LANES) {
            FloatVector.fromArray(SPECIES, x, offset + i).mul(scale).intoArray(x, offset + i);
        }
        for (int i = bound; i < length; i++) {
            x[offset + i] *= scale;
        }
    }

    @Override
    public void layerNorm(float[] x, int offset, int length, float[] gain, float[] bias, float eps) {
        int bound = SPECIES.loopBound(length);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < bound; i += LANES) {
            sums = sums.add(FloatVector.fromArray(SPECIES, x, offset + i));
        }
        double sum = sums.reduceLanes(VectorOperators.ADD);
        for (int i = bound; i < length; i++) {
            sum += x[offset + i];
        }
        float mean = (float) (sum / length);
        FloatVector squares = FloatVector.zero(SPECIES);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector difference =
                    FloatVector.fromArray(SPECIES, x, offset + i).sub(mean);
            squares = difference.fma(difference, squares);
        }
        double square = squares.reduceLanes(VectorOperators.ADD);
        for (int i = bound; i < length; i++) {
            float difference = x[offset + i] - mean;
            square += (double) difference * difference;
        }
        float scale = (float) (1 / Math.sqrt(square / length + eps));
        for (int i = 0; i < bound; i += LANES) {
            FloatVector.fromArray(SPECIES, x, offset + i)
                    .sub(mean)
                    .mul(scale)
                    .fma(FloatVector.fromArray(SPECIES, gain, i), FloatVector.fromArray(SPECIES, bias, i))
                    .intoArray(x, offset + i);
        }
        for (int i = bound; i < length; i++) {
            x[offset + i] = (x[offset + i] - mean) * scale * gain[i] + bias[i];
        }
    }

    @Override
    public void gelu(float[] x, int offset, int length) {
        int bound = SPECIES.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, offset + i);
            FloatVector magnitude = value.abs().mul(SQRT_HALF);
            FloatVector t =
                    FloatVector.broadcast(SPECIES, 1f).div(magnitude.mul(Erf.P).add(1f));
            FloatVector tail = t.mul(Erf.A5)
                    .add(Erf.A4)
                    .mul(t)
                    .add(Erf.A3)
                    .mul(t)
                    .add(Erf.A2)
                    .mul(t)
                    .add(Erf.A1)
                    .mul(t)
                    .mul(magnitude.mul(magnitude).neg().lanewise(VectorOperators.EXP));
            // x ≥ 0: x - x/2·tail;  x < 0: x/2·tail: no cancellation on the negative side
            FloatVector half = value.mul(0.5f).mul(tail);
            value.max(0f).sub(half.abs()).blend(half, value.lt(0f)).intoArray(x, offset + i);
        }
        TAIL.gelu(x, offset + bound, length - bound);
    }
}
