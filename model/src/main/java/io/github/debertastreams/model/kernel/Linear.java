package io.github.debertastreams.model.kernel;

import io.github.debertastreams.model.weights.Checkpoint;
import io.github.debertastreams.model.weights.MatrixRows;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** A linear layer {@code y = x · Wᵀ + b}, its weight packed for the kernels given. Threads may share it. */
public final class Linear {

    /** Rows that are laid out at once: with more, {@code again} saves nothing. */
    public static final int ROWS_AT_ONCE = TileFamily.ROW_BLOCK;

    private final Kernels kernels;
    private final PackedMatrix weight;
    private final float[] bias;

    private Linear(Kernels kernels, PackedMatrix weight, float[] bias) {
        this.kernels = kernels;
        this.weight = weight;
        this.bias = bias;
    }

    /** @param weight {@code [outputs, inputs]}, packed and no longer needed afterwards */
    public static Linear of(Kernels kernels, MatrixRows weight, float @Nullable [] bias, int outputs, int inputs) {
        return new Linear(kernels, kernels.pack(weight, outputs, inputs), bias == null ? new float[outputs] : bias);
    }

    /** The same of an array, row-major. */
    public static Linear of(Kernels kernels, float[] weight, float @Nullable [] bias, int outputs, int inputs) {
        return of(kernels, MatrixRows.of(FloatBuffer.wrap(weight), inputs), bias, outputs, inputs);
    }

    /** Takes {@code NAME.weight [outputs, inputs]} and {@code NAME.bias [outputs]} from a checkpoint. */
    public static Linear load(Checkpoint checkpoint, Kernels kernels, String name, int outputs, int inputs) {
        return of(
                kernels,
                checkpoint.rows(name + ".weight", outputs, inputs),
                checkpoint.floats(name + ".bias", outputs),
                outputs,
                inputs);
    }

    public int outputs() {
        return weight.columns();
    }

    public int inputs() {
        return weight.inner();
    }

    /** Reads {@code x [rows, inputs]} and writes {@code y [rows, outputs]}, both from their starts. */
    public void forward(float[] x, int rows, float[] y) {
        forward(x, 0, rows, y, 0);
    }

    /** Reads {@code x [rows, inputs]} and writes {@code y [rows, outputs]}, each from its offset. */
    public void forward(float[] x, int xOffset, int rows, float[] y, int yOffset) {
        forward(x, xOffset, rows, y, yOffset, 0, panels(), false);
    }

    /**
     * The same for the outputs of the panels {@code [firstPanel, endPanel)}: threads may compute disjoint ones at the same time.
     *
     * @param again whether this thread's last product had the same rows, unchanged since, for a layer that {@link #readsRowsAs this one}
     */
    public void forward(
            float[] x, int xOffset, int rows, float[] y, int yOffset, int firstPanel, int endPanel, boolean again) {
        kernels.gemm(x, xOffset, rows, weight, bias, y, yOffset, firstPanel, endPanel, again);
    }

    /** Whether rows are laid out for this layer as they are for another, should they be. */
    public boolean readsRowsAs(Linear other) {
        return weight.inner() == other.weight.inner()
                && weight.width() == other.weight.width()
                && weight.isPaired() == other.weight.isPaired();
    }

    /** Groups of neighbouring outputs that are computed together. */
    public int panels() {
        return weight.panelCount();
    }

    /** The first output of a panel; the number of outputs for the one behind the last. */
    public int firstOutput(int panel) {
        return Math.min(panel * weight.width(), outputs());
    }
}
