package io.github.debertastreams.model.kernel;

import io.github.debertastreams.model.weights.MatrixRows;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Kernels on the Vector API at the machine's preferred width: a vector body, then a scalar tail. Products run in {@link TileFamily}. */
final class VectorKernels implements Kernels {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** See {@link Tile} on why sums are cast to it, and why a sum that a loop carries is an argument, never what a method is called on. */
    private static final Class<?> SUM = SPECIES.vectorType();

    private static final float SQRT_HALF = (float) Math.sqrt(0.5);

    /** 2^x for |x| ≤ 1/2: the coefficients of Cephes' {@code exp2f}. */
    private static final float EXP2_1 = 6.931472028550421e-1f;

    private static final float EXP2_2 = 2.402264791363012e-1f;
    private static final float EXP2_3 = 5.550332471162809e-2f;
    private static final float EXP2_4 = 9.618437357674640e-3f;
    private static final float EXP2_5 = 1.339887440266574e-3f;
    private static final float EXP2_6 = 1.535336188319500e-4f;
    private static final float LOG2_E = (float) (1 / Math.log(2));
    private static final float LEAST_EXPONENT = -126;
    /** 1.5 · 2^23: what is added to it loses its fraction. */
    private static final float ROUNDING = 0x1.8p23f;

    private static final int FRACTION_BITS = 23;
    /** Added to the bits of 1, it leaves 0: where the softmax's exponentials end. */
    private static final float ZERO_EXPONENT = -127;

    /** Where {@link #sum} lays its lanes out. Holds an array of the JDK's, so a thread that outlives our class loader does not hold it. */
    private static final ThreadLocal<float[]> LANE_SUMS = ThreadLocal.withInitial(() -> new float[LANES]);

    private static final float[] NOTHING = new float[0];

    /** One block of rows as {@link InterleavedTiles} read it. An array of the JDK's too. */
    private static final ThreadLocal<float[]> INTERLEAVED = ThreadLocal.withInitial(() -> NOTHING);

    private static final float[] ZEROS = new float[VectorTiles.WIDTH];
    private static final ScalarKernels TAIL = new ScalarKernels(WeightFormat.FP32);

    private final WeightFormat weights;

    VectorKernels(WeightFormat weights) {
        this.weights = weights;
    }

    @Override
    public String name() {
        return "vector" + SPECIES.vectorBitSize() + (weights == WeightFormat.BF16 ? "-bf16" : "");
    }

    @Override
    public void warmUp() {
        WarmUp.run(this);
    }

    @Override
    public PackedMatrix pack(MatrixRows weight, int columns, int inner) {
        return PackedMatrix.of(weights, weight, columns, inner, VectorTiles.WIDTH);
    }

    @Override
    public int panelWidth() {
        return VectorTiles.WIDTH;
    }

    @Override
    public void gemm(
            float[] a,
            int aOffset,
            int rows,
            PackedMatrix b,
            float[] bias,
            float[] c,
            int cOffset,
            int firstPanel,
            int endPanel,
            boolean again) {
        int width = b.width();
        int end = Math.min(endPanel * width, b.columns());
        int whole = end - end % width;
        int first = firstPanel * width;
        if (b.isPaired()) {
            products(
                    VectorTiles.PAIRED,
                    b.pairs(),
                    b.start(),
                    b.inner() / 2,
                    b.inner(),
                    first,
                    whole,
                    a,
                    aOffset,
                    b.inner(),
                    rows,
                    again,
                    bias,
                    c,
                    cOffset,
                    b.columns());
            return; // its columns are whole panels
        }
        float[] panels = b.panels();
        int inner = b.inner();
        int columns = b.columns();
        TileFamily<float[]> tiles = VectorTiles.forPanels(inner);
        products(
                tiles, panels, b.start(), inner, inner, first, whole, a, aOffset, inner, rows, again, bias, c, cOffset,
                columns);
        if (whole < end) {
            for (int row = 0; row < rows; row++) {
                int cRow = cOffset + row * columns + whole;
                System.arraycopy(bias, whole, c, cRow, end - whole);
                addWeightedRows(
                        a,
                        aOffset + row * inner,
                        panels,
                        b.start() + whole * inner,
                        width,
                        inner,
                        c,
                        cRow,
                        end - whole);
            }
        }
    }

    /**
     * The columns from {@code first} to before {@code end}, whole panels.
     *
     * @param stored b's panels, as wide as the tiles, from {@code bOffset}
     * @param storedRows rows of one panel
     * @param bias one for each column of {@code b}, or {@link #ZEROS}
     */
    private static <B> void products(
            TileFamily<B> tiles,
            B stored,
            int bOffset,
            int storedRows,
            int inner,
            int first,
            int end,
            float[] a,
            int aOffset,
            int aStride,
            int rows,
            boolean again,
            float[] bias,
            float[] c,
            int cOffset,
            int cStride) {
        int width = tiles.width();
        float[] interleaved = room(tiles.room(Math.min(rows, TileFamily.ROW_BLOCK), inner));
        boolean known = interleaved.length == 0 || again && rows <= TileFamily.ROW_BLOCK;
        for (int row = 0; row < rows; row += TileFamily.ROW_BLOCK) {
            int block = Math.min(TileFamily.ROW_BLOCK, rows - row);
            int aStart = aOffset + row * aStride;
            int cStart = cOffset + row * cStride;
            if (!known) {
                tiles.interleave(a, aStart, aStride, block, inner, interleaved);
            }
            for (int column = first; column < end; column += width) {
                tiles.run(
                        a,
                        aStart,
                        aStride,
                        block,
                        interleaved,
                        stored,
                        bOffset + column * storedRows,
                        width,
                        inner,
                        bias,
                        bias == ZEROS ? 0 : column,
                        c,
                        cStart + column,
                        cStride,
                        column + width < end);
            }
        }
    }

    /** The thread's array for interleaved rows; an empty one if there are none. */
    private static float[] room(int floats) {
        if (floats == 0) {
            return NOTHING;
        }
        float[] room = INTERLEAVED.get();
        if (room.length < floats) {
            room = new float[floats];
            INTERLEAVED.set(room);
        }
        return room;
    }

    @Override
    public void multiply(
            float[] a,
            int aOffset,
            int aStride,
            int rows,
            float[] b,
            int bOffset,
            int bStride,
            int inner,
            float[] c,
            int cOffset,
            int cStride,
            int columns) {
        TileFamily<float[]> tiles = VectorTiles.forPanels(columns, inner);
        int whole = 0;
        if (bStride == tiles.width()) {
            whole = columns - columns % bStride;
            products(
                    tiles, b, bOffset, inner, inner, 0, whole, a, aOffset, aStride, rows, false, ZEROS, c, cOffset,
                    cStride);
        }
        for (int column = whole; column < columns; column += bStride) {
            multiplyPanel(
                    a,
                    aOffset,
                    aStride,
                    rows,
                    b,
                    bOffset + column * inner,
                    bStride,
                    inner,
                    c,
                    cOffset + column,
                    cStride,
                    Math.min(bStride, columns - column));
        }
    }

    /** {@link #multiply} with no more columns than the stride. */
    private void multiplyPanel(
            float[] a,
            int aOffset,
            int aStride,
            int rows,
            float[] b,
            int bOffset,
            int bStride,
            int inner,
            float[] c,
            int cOffset,
            int cStride,
            int columns) {
        int width = VectorTiles.WIDTH;
        int whole = columns - columns % width;
        for (int column = 0; column < whole; column += width) {
            VectorTiles.PLAIN.run(
                    a,
                    aOffset,
                    aStride,
                    rows,
                    NOTHING,
                    b,
                    bOffset + column,
                    bStride,
                    inner,
                    ZEROS,
                    0,
                    c,
                    cOffset + column,
                    cStride,
                    false);
        }
        if (whole < columns) {
            for (int row = 0; row < rows; row++) {
                int cRow = cOffset + row * cStride + whole;
                Arrays.fill(c, cRow, cRow + columns - whole, 0f);
                addWeightedRows(
                        a, aOffset + row * aStride, b, bOffset + whole, bStride, inner, c, cRow, columns - whole);
            }
        }
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
            ((FloatVector) SUM.cast(sum)).intoArray(out, outOffset + j);
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

    /** Four rows of b at a time, so that each is read from memory once and stays in the cache for all rows of a. */
    @Override
    public void rowProducts(float[] a, int rows, float[] b, int inner, float[] bias, float[] c) {
        float[] lanes = LANE_SUMS.get();
        int columns = bias.length;
        int column = 0;
        for (; column + 4 <= columns; column += 4) {
            for (int row = 0; row < rows; row++) {
                fourProducts(a, row * inner, b, column * inner, inner, bias, column, c, row * columns + column, lanes);
            }
        }
        for (; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                FloatVector sums = FloatVector.zero(SPECIES);
                int bound = SPECIES.loopBound(inner);
                for (int k = 0; k < bound; k += LANES) {
                    sums = FloatVector.fromArray(SPECIES, a, row * inner + k)
                            .fma(FloatVector.fromArray(SPECIES, b, column * inner + k), sums);
                }
                ((FloatVector) SUM.cast(sums)).intoArray(lanes, 0);
                float sum = sum(lanes);
                for (int k = bound; k < inner; k++) {
                    sum += a[row * inner + k] * b[column * inner + k];
                }
                c[row * columns + column] = bias[column] + sum;
            }
        }
    }

    private static void fourProducts(
            float[] a,
            int a0,
            float[] b,
            int b0,
            int inner,
            float[] bias,
            int column,
            float[] c,
            int c0,
            float[] lanes) {
        int b1 = b0 + inner;
        int b2 = b1 + inner;
        int b3 = b2 + inner;
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int bound = SPECIES.loopBound(inner);
        for (int k = 0; k < bound; k += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, a, a0 + k);
            s0 = x.fma(FloatVector.fromArray(SPECIES, b, b0 + k), s0);
            s1 = x.fma(FloatVector.fromArray(SPECIES, b, b1 + k), s1);
            s2 = x.fma(FloatVector.fromArray(SPECIES, b, b2 + k), s2);
            s3 = x.fma(FloatVector.fromArray(SPECIES, b, b3 + k), s3);
        }
        ((FloatVector) SUM.cast(s0)).intoArray(lanes, 0);
        float sum0 = bias[column] + sum(lanes);
        ((FloatVector) SUM.cast(s1)).intoArray(lanes, 0);
        float sum1 = bias[column + 1] + sum(lanes);
        ((FloatVector) SUM.cast(s2)).intoArray(lanes, 0);
        float sum2 = bias[column + 2] + sum(lanes);
        ((FloatVector) SUM.cast(s3)).intoArray(lanes, 0);
        float sum3 = bias[column + 3] + sum(lanes);
        for (int k = bound; k < inner; k++) {
            float x = a[a0 + k];
            sum0 += x * b[b0 + k];
            sum1 += x * b[b1 + k];
            sum2 += x * b[b2 + k];
            sum3 += x * b[b3 + k];
        }
        c[c0] = sum0;
        c[c0 + 1] = sum1;
        c[c0 + 2] = sum2;
        c[c0 + 3] = sum3;
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
        if (length < LANES) { // as WarmUp calls it to be counted
            TAIL.softmax(x, offset, length);
            return;
        }
        int bound = SPECIES.loopBound(length);
        FloatVector maxima = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < bound; i += LANES) {
            maxima = FloatVector.fromArray(SPECIES, x, offset + i).max(maxima);
        }
        float max = ((FloatVector) SUM.cast(maxima)).reduceLanes(VectorOperators.MAX);
        for (int i = bound; i < length; i++) {
            max = Math.max(max, x[offset + i]);
        }
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector exponent = FloatVector.fromArray(SPECIES, x, offset + i)
                    .sub(max)
                    .mul(LOG2_E)
                    .max(ZERO_EXPONENT);
            FloatVector rounded = exponent.add(ROUNDING);
            FloatVector fraction = exponent.sub(rounded.sub(ROUNDING));
            FloatVector exponential = fraction.fma(
                            FloatVector.broadcast(SPECIES, EXP2_6), FloatVector.broadcast(SPECIES, EXP2_5))
                    .fma(fraction, FloatVector.broadcast(SPECIES, EXP2_4))
                    .fma(fraction, FloatVector.broadcast(SPECIES, EXP2_3))
                    .fma(fraction, FloatVector.broadcast(SPECIES, EXP2_2))
                    .fma(fraction, FloatVector.broadcast(SPECIES, EXP2_1))
                    .fma(fraction, FloatVector.broadcast(SPECIES, 1f))
                    .reinterpretAsInts()
                    .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, FRACTION_BITS))
                    .reinterpretAsFloats();
            exponential.intoArray(x, offset + i);
            sums = exponential.add(sums);
        }
        float[] lanes = LANE_SUMS.get();
        ((FloatVector) SUM.cast(sums)).intoArray(lanes, 0);
        float sum = sum(lanes);
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
        if (length < LANES) { // as WarmUp calls it to be counted
            TAIL.layerNorm(x, offset, length, gain, bias, eps);
            return;
        }
        int bound = SPECIES.loopBound(length);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < bound; i += LANES) {
            sums = FloatVector.fromArray(SPECIES, x, offset + i).add(sums);
        }
        float[] lanes = LANE_SUMS.get();
        ((FloatVector) SUM.cast(sums)).intoArray(lanes, 0);
        double sum = sum(lanes);
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
        ((FloatVector) SUM.cast(squares)).intoArray(lanes, 0);
        double square = sum(lanes);
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

    /**
     * The sum of the lanes, halves added to halves, over and over. {@code reduceLanes(ADD)} leaves its order open: compiled, it
     * gives other low bits than interpreted (JDK 22 and later), and an answer would change while the JVM warms up.
     */
    private static float sum(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    /**
     * One straight-line pass: a call for the exponential, as {@code lanewise(EXP)} is, costs more than the rest together, and
     * one shared with {@link #softmax} would box its vectors wherever the compiler does not inline it.
     */
    @Override
    public void gelu(float[] x, int offset, int length) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        int bound = SPECIES.loopBound(length);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, offset + i);
            FloatVector magnitude = value.abs().mul(SQRT_HALF);
            // exp(-magnitude²) = 2^whole · 2^fraction; the addition rounds, and leaves the whole part in the low bits
            FloatVector exponent = magnitude.mul(magnitude).mul(-LOG2_E).max(LEAST_EXPONENT);
            FloatVector rounded = exponent.add(ROUNDING);
            FloatVector fraction = exponent.sub(rounded.sub(ROUNDING));
            FloatVector power = fraction.fma(
                            FloatVector.broadcast(SPECIES, EXP2_6), FloatVector.broadcast(SPECIES, EXP2_5))
                    .fma(fraction, FloatVector.broadcast(SPECIES, EXP2_4))
                    .fma(fraction, FloatVector.broadcast(SPECIES, EXP2_3))
                    .fma(fraction, FloatVector.broadcast(SPECIES, EXP2_2))
                    .fma(fraction, FloatVector.broadcast(SPECIES, EXP2_1))
                    .fma(fraction, one)
                    .reinterpretAsInts()
                    .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, FRACTION_BITS))
                    .reinterpretAsFloats();
            FloatVector t = one.div(magnitude.fma(FloatVector.broadcast(SPECIES, Erf.P), one));
            FloatVector tail = t.fma(FloatVector.broadcast(SPECIES, Erf.A5), FloatVector.broadcast(SPECIES, Erf.A4))
                    .fma(t, FloatVector.broadcast(SPECIES, Erf.A3))
                    .fma(t, FloatVector.broadcast(SPECIES, Erf.A2))
                    .fma(t, FloatVector.broadcast(SPECIES, Erf.A1))
                    .mul(t)
                    .mul(power);
            // x ≥ 0: x - |x|/2·tail;  x < 0: -|x|/2·tail: no cancellation on the negative side
            value.max(0f).sub(value.abs().mul(0.5f).mul(tail)).intoArray(x, offset + i);
        }
        TAIL.gelu(x, offset + bound, length - bound);
    }
}
