package io.github.debertastreams.model.kernel;

import io.github.debertastreams.model.weights.MatrixRows;
import java.util.Arrays;

/** Plain Java: the oracle of the vector kernels' tests, and the fall-back where the Vector API is not loaded. */
final class ScalarKernels implements Kernels {

    private static final int PANEL_WIDTH = 16;
    private static final double SQRT_HALF = Math.sqrt(0.5);

    private final WeightFormat weights;

    ScalarKernels(WeightFormat weights) {
        this.weights = weights;
    }

    @Override
    public String name() {
        return weights == WeightFormat.BF16 ? "scalar-bf16" : "scalar";
    }

    @Override
    public PackedMatrix pack(MatrixRows weight, int columns, int inner) {
        return PackedMatrix.of(weights, weight, columns, inner, PANEL_WIDTH);
    }

    @Override
    public int panelWidth() {
        return PANEL_WIDTH;
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
        int inner = b.inner();
        int columns = b.columns();
        int width = b.width();
        int first = firstPanel * width;
        int end = Math.min(endPanel * width, columns);
        for (int row = 0; row < rows; row++) {
            int cRow = cOffset + row * columns;
            System.arraycopy(bias, first, c, cRow + first, end - first);
            for (int column = first; column < end; column += width) {
                if (b.isPaired()) {
                    addWeightedPairs(
                            a,
                            aOffset + row * inner,
                            b.pairs(),
                            b.start() + column * inner / 2,
                            width,
                            inner,
                            c,
                            cRow + column);
                    continue;
                }
                addWeightedRows(
                        a,
                        aOffset + row * inner,
                        b.panels(),
                        b.start() + column * inner,
                        width,
                        inner,
                        c,
                        cRow + column,
                        Math.min(width, end - column));
            }
        }
    }

    /** As {@link #addWeightedRows}, the rows of a panel of {@link PackedMatrix#pairs}. */
    private static void addWeightedPairs(
            float[] factors,
            int factorsOffset,
            int[] pairs,
            int offset,
            int width,
            int count,
            float[] out,
            int outOffset) {
        for (int k = 0; k < count; k += 2) {
            float even = factors[factorsOffset + k];
            float odd = factors[factorsOffset + k + 1];
            int row = offset + k / 2 * width;
            for (int j = 0; j < width; j++) {
                int pair = pairs[row + j];
                out[outOffset + j] += even * Float.intBitsToFloat(pair << Short.SIZE);
                out[outOffset + j] += odd * Float.intBitsToFloat(pair & 0xffff0000);
            }
        }
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
        for (int row = 0; row < rows; row++) {
            int cRow = cOffset + row * cStride;
            Arrays.fill(c, cRow, cRow + columns, 0f);
            for (int column = 0; column < columns; column += bStride) {
                addWeightedRows(
                        a,
                        aOffset + row * aStride,
                        b,
                        bOffset + column * inner,
                        bStride,
                        inner,
                        c,
                        cRow + column,
                        Math.min(bStride, columns - column));
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
        for (int k = 0; k < count; k++) {
            float factor = factors[factorsOffset + k];
            int row = offset + k * stride;
            for (int j = 0; j < length; j++) {
                out[outOffset + j] += factor * matrix[row + j];
            }
        }
    }

    @Override
    public void rowProducts(float[] a, int rows, float[] b, int inner, float[] bias, float[] c) {
        for (int column = 0; column < bias.length; column++) {
            for (int row = 0; row < rows; row++) {
                float sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += a[row * inner + k] * b[column * inner + k];
                }
                c[row * bias.length + column] = bias[column] + sum;
            }
        }
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        for (int i = 0; i < length; i++) {
            y[yOffset + i] += x[xOffset + i];
        }
    }

    @Override
    public void softmax(float[] x, int offset, int length) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = offset; i < offset + length; i++) {
            max = Math.max(max, x[i]);
        }
        float sum = 0;
        for (int i = offset; i < offset + length; i++) {
            x[i] = (float) Math.exp(x[i] - max);
            sum += x[i];
        }
        float scale = 1 / sum;
        for (int i = offset; i < offset + length; i++) {
            x[i] *= scale;
        }
    }

    @Override
    public void layerNorm(float[] x, int offset, int length, float[] gain, float[] bias, float eps) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += x[offset + i];
        }
        float mean = (float) (sum / length);
        double squares = 0;
        for (int i = 0; i < length; i++) {
            float difference = x[offset + i] - mean;
            squares += (double) difference * difference;
        }
        float scale = (float) (1 / Math.sqrt(squares / length + eps));
        for (int i = 0; i < length; i++) {
            x[offset + i] = (x[offset + i] - mean) * scale * gain[i] + bias[i];
        }
    }

    @Override
    public void gelu(float[] x, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            x[i] = (float) (0.5 * x[i] * (1 + Erf.of(x[i] * SQRT_HALF)));
        }
    }
}
