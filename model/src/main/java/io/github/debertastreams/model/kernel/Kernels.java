package io.github.debertastreams.model.kernel;

import io.github.debertastreams.model.weights.MatrixRows;

/**
 * Numeric kernels over float arrays, chosen once per JVM: Vector API where the module is loaded, else scalar code with the same
 * answers. Arrays and offsets are the caller's to check. Threads may share it.
 */
public interface Kernels {

    /** The kernels of this JVM. */
    static Kernels get() {
        return get(WeightFormat.FP32);
    }

    /** The same, that pack weights in this format. */
    static Kernels get(WeightFormat weights) {
        return KernelSelection.of(weights);
    }

    /** Runs the kernels until they are compiled, for some seconds; the next time in this JVM it returns at once. */
    default void warmUp() {}

    /** For people and metrics, such as {@code vector512}, {@code vector512-bf16} or {@code scalar}. */
    String name();

    /** Columns of a panel of {@link #multiply}'s right matrix, and rows that it goes well with if they are few: fewer may cost as much. */
    int panelWidth();

    /** The columns of as many panels as so many columns take, one at least. */
    default int wholeColumns(int columns) {
        int width = panelWidth();
        return Math.multiplyExact(Math.max(1, (columns + width - 1) / width), width);
    }

    /**
     * Packs the transpose of {@code weight [columns, inner]}, the layout of a checkpoint's linear layers, for {@link #gemm}. A matrix of
     * odd sizes may be kept in fp32 whatever the format.
     */
    PackedMatrix pack(MatrixRows weight, int columns, int inner);

    /** The product with all of b's panels. */
    default void gemm(float[] a, int aOffset, int rows, PackedMatrix b, float[] bias, float[] c, int cOffset) {
        gemm(a, aOffset, rows, b, bias, c, cOffset, 0, b.panelCount(), false);
    }

    /**
     * {@code c = bias + a · b}: a linear layer on every row, for the columns of some of b's panels.
     *
     * @param a {@code [rows, b.inner()]} from {@code aOffset}
     * @param bias one for each column of {@code b}
     * @param c {@code [rows, b.columns()]} from {@code cOffset}
     * @param firstPanel the first panel, of {@code b.panelCount()} in all
     * @param endPanel the last one, exclusive
     * @param again whether this thread's last product had the same rows of {@code a}, unchanged since, and a {@code b} of the same inner dimension,
     *     panel width and format: then they need not be laid out a second time
     */
    void gemm(
            float[] a,
            int aOffset,
            int rows,
            PackedMatrix b,
            float[] bias,
            float[] c,
            int cOffset,
            int firstPanel,
            int endPanel,
            boolean again);

    /**
     * {@code c = a · b} for matrices whose rows lie apart by a stride, as attention's do: {@code a [rows, inner]}, {@code b [inner,
     * columns]}, {@code c [rows, columns]}.
     *
     * <p>The right matrix lies in panels, one behind the other, each {@code [inner, bStride]}, of which the last may be filled only in part. Fastest
     * with panels of {@link #panelWidth}, unless all columns are fewer.
     */
    void multiply(
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
            int columns);

    /**
     * {@code out[j] += Σ_k factors[k] * matrix[offset + k * stride + j]} for j below {@code length}: a weighted sum of {@code
     * count} matrix rows.
     */
    void addWeightedRows(
            float[] factors,
            int factorsOffset,
            float[] matrix,
            int offset,
            int stride,
            int count,
            float[] out,
            int outOffset,
            int length);

    /**
     * {@code c[r][v] = bias[v] + a[r] · b[v]}: dot products with the rows of a matrix that is too large to keep a packed copy of.
     *
     * @param a {@code [rows, inner]}
     * @param b {@code [bias.length, inner]}
     * @param c {@code [rows, bias.length]}
     */
    void rowProducts(float[] a, int rows, float[] b, int inner, float[] bias, float[] c);

    /** {@code y += x}. */
    void add(float[] x, int xOffset, float[] y, int yOffset, int length);

    /** Softmax in place; {@code -∞} gets 0. At least one value is finite. */
    void softmax(float[] x, int offset, int length);

    /** Layer normalisation in place: biased variance, {@code eps} inside the square root. */
    void layerNorm(float[] x, int offset, int length, float[] gain, float[] bias, float eps);

    /** {@code x/2 · (1 + erf(x/√2))} in place, within 1e-6. */
    void gelu(float[] x, int offset, int length);
}
