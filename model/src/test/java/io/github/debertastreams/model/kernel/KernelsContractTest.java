package io.github.debertastreams.model.kernel;

import static io.github.debertastreams.model.kernel.KernelsForTests.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.debertastreams.model.weights.MatrixRows;
import java.nio.FloatBuffer;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector kernels against the scalar ones, and both against arithmetic in double, at awkward sizes and offsets. */
class KernelsContractTest {

    private static final int OFFSET = 3;

    @Test
    void theVectorKernelsAreChosenWhereTheModuleIsLoaded() {
        assertThat(Kernels.get()).isInstanceOf(VectorKernels.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 9, 10, 11, 33, 241})
    void gemmAddsBiasAndProductInOneOrTwoParts(int rows) {
        for (int inner : new int[] {1, 7, 32, 207}) {
            for (int columns : new int[] {1, 3, 16, 31, 33, 64, 100}) {
                for (Kernels kernels : KernelsForTests.all()) {
                    gemm(kernels, rows, inner, columns);
                }
            }
        }
    }

    private static void gemm(Kernels kernels, int rows, int inner, int columns) {
        float[] a = random(OFFSET + rows * inner, 1);
        float[] weight = random(columns * inner, 2);
        float[] bias = random(columns, 3);
        float[] c = new float[OFFSET + rows * columns + 5];
        PackedMatrix packed = kernels.pack(rowsOf(weight, inner), columns, inner);
        int half = packed.panelCount() / 2;
        kernels.gemm(a, OFFSET, rows, packed, bias, c, OFFSET, 0, half, false);
        kernels.gemm(a, OFFSET, rows, packed, bias, c, OFFSET, half, packed.panelCount(), half > 0);
        for (int i = 0; i < c.length; i++) {
            double expected = 0;
            int index = i - OFFSET;
            if (index >= 0 && index < rows * columns) {
                expected = bias[index % columns];
                for (int k = 0; k < inner; k++) {
                    expected += (double) a[OFFSET + index / columns * inner + k] * weight[index % columns * inner + k];
                }
            }
            assertThat((double) c[i])
                    .as("%s %dx%dx%d at %d", kernels.name(), rows, inner, columns, index)
                    .isCloseTo(expected, tolerance(inner));
        }
    }

    private static MatrixRows rowsOf(float[] weight, int inner) {
        return MatrixRows.of(FloatBuffer.wrap(weight), inner);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 9, 10, 11, 33, 241})
    void weightsInBfloat16GiveTheProductOfTheRoundedWeights(int rows) {
        for (int inner : new int[] {2, 32, 206, 207}) {
            for (int columns : new int[] {1, 16, 32, 64, 96, 100}) {
                float[] a = random(OFFSET + rows * inner, 1);
                float[] bias = random(columns, 3);
                float[] weight = random(columns * inner, 2);
                float[] rounded = new float[weight.length];
                for (int i = 0; i < weight.length; i++) {
                    rounded[i] = nearestBfloat16(weight[i]);
                }
                for (int kind = 0; kind < KernelsForTests.all().size(); kind++) {
                    Kernels exact = KernelsForTests.all().get(kind);
                    Kernels half = KernelsForTests.all(WeightFormat.BF16).get(kind);
                    PackedMatrix packed = half.pack(rowsOf(weight, inner), columns, inner);
                    float[] known = packed.isPaired() ? rounded : weight; // odd sizes stay in fp32
                    float[] expected = new float[OFFSET + rows * columns + 5];
                    float[] c = expected.clone();
                    exact.gemm(
                            a, OFFSET, rows, exact.pack(rowsOf(known, inner), columns, inner), bias, expected, OFFSET);
                    half.gemm(a, OFFSET, rows, packed, bias, c, OFFSET);
                    assertThat(c)
                            .as("%s %dx%dx%d", half.name(), rows, inner, columns)
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** By comparing the two neighbours, which are found by their bits. */
    private static float nearestBfloat16(float value) {
        float below = Float.intBitsToFloat(Float.floatToIntBits(value) & 0xffff0000);
        float above = Float.intBitsToFloat((Float.floatToIntBits(value) & 0xffff0000) + 0x10000);
        double toBelow = Math.abs((double) value - below);
        double toAbove = Math.abs((double) value - above);
        boolean even = (Float.floatToIntBits(below) & 0x10000) == 0;
        return toBelow < toAbove || toBelow == toAbove && even ? below : above;
    }

    @Test
    void whatMayBeInAFileIsRoundedToo() {
        float[] weight = {
            Float.NaN,
            Float.intBitsToFloat(0x7f800001),
            Float.POSITIVE_INFINITY,
            Float.MAX_VALUE,
            -0f,
            Float.MIN_VALUE,
            Float.intBitsToFloat(0x3f808000),
            Float.intBitsToFloat(0x3f818000)
        };
        PackedMatrix packed = PackedMatrix.paired(rowsOf(weight, weight.length), 1, weight.length, 1);
        float[] found = new float[weight.length];
        for (int k = 0; k < found.length; k++) {
            int pair = packed.pairs()[packed.start() + k / 2];
            found[k] = Float.intBitsToFloat(k % 2 == 0 ? pair << 16 : pair & 0xffff0000);
        }
        assertThat(found)
                .containsExactly(
                        Float.NaN,
                        Float.NaN,
                        Float.POSITIVE_INFINITY,
                        Float.POSITIVE_INFINITY,
                        -0f,
                        0f,
                        1f,
                        Float.intBitsToFloat(0x3f820000));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 31, 241})
    void multiplyReadsAndWritesRowsThatLieApart(int rows) {
        for (Kernels kernels : KernelsForTests.all()) {
            for (int inner : new int[] {1, 8, 63, 64}) {
                for (int columns : new int[] {1, 16, 31, 48, 64, 80, 100}) {
                    for (int panel : new int[] {103, kernels.panelWidth(), 8, 16, 32, 48}) {
                        multiplyAgreesWithDouble(kernels, rows, inner, columns, panel);
                    }
                }
            }
        }
    }

    private static void multiplyAgreesWithDouble(Kernels kernels, int rows, int inner, int columns, int panel) {
        int aStride = 71;
        int cStride = 101;
        float[] a = random(OFFSET + rows * aStride, 1);
        float[] b = random(OFFSET + (columns + panel - 1) / panel * panel * inner, 2);
        float[] c = new float[OFFSET + rows * cStride];
        Arrays.fill(c, 42);
        kernels.multiply(a, OFFSET, aStride, rows, b, OFFSET, panel, inner, c, OFFSET, cStride, columns);
        for (int i = OFFSET; i < c.length; i++) {
            int row = (i - OFFSET) / cStride;
            int column = (i - OFFSET) % cStride;
            double expected = column < columns ? 0 : 42;
            int b0 = OFFSET + column / panel * panel * inner + column % panel;
            for (int k = 0; k < inner && column < columns; k++) {
                expected += (double) a[OFFSET + row * aStride + k] * b[b0 + k * panel];
            }
            if (!(Math.abs(c[i] - expected) <= tolerance(inner).value)) { // so that NaN fails as well
                fail("%s %dx%dx%d in panels of %d at %d,%d: found %s, expected %s"
                        .formatted(kernels.name(), rows, inner, columns, panel, row, column, c[i], expected));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 207, 4098})
    void sumsOfRowsAgreeWithDouble(int length) {
        int count = 5;
        int stride = length + 2;
        float[] factors = random(OFFSET + count, 4);
        float[] matrix = random(OFFSET + count * stride, 5);
        for (Kernels kernels : KernelsForTests.all()) {
            float[] sums = new float[length + OFFSET + 1];
            kernels.addWeightedRows(factors, OFFSET, matrix, OFFSET, stride, count, sums, OFFSET, length);
            for (int j = 0; j < length; j++) {
                double sum = 0;
                for (int k = 0; k < count; k++) {
                    sum += factors[OFFSET + k] * (double) matrix[OFFSET + k * stride + j];
                }
                assertThat((double) sums[OFFSET + j]).isCloseTo(sum, tolerance(count));
            }
            assertThat(sums[length + OFFSET]).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 207, 4098})
    void softmaxLayerNormAndGeluAgreeWithDouble(int length) {
        float[] x = random(OFFSET + length + 1, 7);
        float[] gain = random(length, 8);
        float[] bias = random(length, 9);
        double max = Double.NEGATIVE_INFINITY;
        double mean = 0;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, x[OFFSET + i]);
            mean += x[OFFSET + i] / (double) length;
        }
        double sum = 0;
        double variance = 0;
        for (int i = 0; i < length; i++) {
            sum += Math.exp(x[OFFSET + i] - max);
            variance += (x[OFFSET + i] - mean) * (x[OFFSET + i] - mean) / length;
        }
        for (Kernels kernels : KernelsForTests.all()) {
            float[] softmax = x.clone();
            float[] norm = x.clone();
            float[] gelu = x.clone();
            kernels.softmax(softmax, OFFSET, length);
            kernels.layerNorm(norm, OFFSET, length, gain, bias, 1e-7f);
            kernels.gelu(gelu, OFFSET, length);
            for (int i = 0; i < length; i++) {
                double value = x[OFFSET + i];
                assertThat((double) softmax[OFFSET + i]).isCloseTo(Math.exp(value - max) / sum, Offset.offset(1e-6));
                assertThat((double) norm[OFFSET + i])
                        .isCloseTo(
                                (value - mean) / Math.sqrt(variance + 1e-7) * gain[i] + bias[i], Offset.offset(2e-5));
                assertThat((double) gelu[OFFSET + i])
                        .isCloseTo(0.5 * value * (1 + erf(value / Math.sqrt(2))), Offset.offset(1e-6));
            }
            assertThat(softmax[OFFSET + length]).isEqualTo(x[OFFSET + length]);
            assertThat(gelu[OFFSET - 1]).isEqualTo(x[OFFSET - 1]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 32, 207})
    void rowProductsAgreeWithDouble(int inner) {
        for (int rows : new int[] {0, 1, 3}) {
            for (int columns : new int[] {1, 4, 7, 31}) {
                float[] a = random(rows * inner, 10);
                float[] b = random(columns * inner, 11);
                float[] bias = random(columns, 12);
                for (Kernels kernels : KernelsForTests.all()) {
                    float[] c = new float[rows * columns];
                    kernels.rowProducts(a, rows, b, inner, bias, c);
                    for (int i = 0; i < c.length; i++) {
                        double expected = bias[i % columns];
                        for (int k = 0; k < inner; k++) {
                            expected += (double) a[i / columns * inner + k] * b[i % columns * inner + k];
                        }
                        assertThat((double) c[i]).isCloseTo(expected, tolerance(inner));
                    }
                }
            }
        }
    }

    /** What is compiled must not add up in another order than what is interpreted: the lanes' halves, pairwise. */
    @Test
    void theVectorKernelsAddTheirLanesInOneOrder() {
        int lanes = FloatVector.SPECIES_PREFERRED.length();
        float[] ones = new float[lanes];
        Arrays.fill(ones, 1);
        float[] terms = ones.clone();
        terms[0] = 1 << 24; // a single one is lost beside it
        float[] halves = terms.clone();
        for (int half = lanes / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                halves[i] += halves[i + half];
            }
        }
        assertThat(halves[0]).isGreaterThan(terms[0]);
        float[] four = new float[4 * lanes];
        for (int row = 0; row < 4; row++) {
            System.arraycopy(terms, 0, four, row * lanes, lanes);
        }
        for (int call = 0; call < 20_000; call++) {
            float[] sums = new float[4];
            Kernels.get().rowProducts(ones, 1, four, lanes, new float[4], sums);
            assertThat(sums).containsOnly(halves[0]);
        }
    }

    @Test
    void softmaxGivesMaskedEntriesNothing() {
        for (Kernels kernels : KernelsForTests.all()) {
            float[] x = new float[40];
            Arrays.fill(x, Float.NEGATIVE_INFINITY);
            x[35] = -80;
            kernels.softmax(x, 0, 40);
            assertThat(x[35]).isEqualTo(1);
            assertThat(x[0]).isZero();
        }
    }

    @Test
    void emptyRangesAreLeftAlone() {
        for (Kernels kernels : KernelsForTests.all()) {
            float[] x = {1, 2};
            kernels.gelu(x, 1, 0);
            kernels.add(x, 0, x, 1, 0);
            kernels.addWeightedRows(x, 0, x, 0, 1, 0, x, 0, 2);
            assertThat(x).containsExactly(1, 2);
        }
    }

    /** Maclaurin series, exact to double's rounding for the sizes drawn here. */
    private static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    private static Offset<Double> tolerance(int terms) {
        return Offset.offset(1e-6 * (1 + Math.sqrt(terms)) * 3);
    }
}
