package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.weights.Checkpoint;

/** Gain and bias of one layer normalisation. */
record LayerNorm(Kernels kernels, float[] gain, float[] bias, float eps) {

    static LayerNorm load(Checkpoint checkpoint, Kernels kernels, String prefix, int size, float eps) {
        return new LayerNorm(
                kernels, checkpoint.floats(prefix + ".weight", size), checkpoint.floats(prefix + ".bias", size), eps);
    }

    /** Normalises {@code rows} rows in place. */
    void forward(float[] x, int rows) {
        forward(x, 0, rows);
    }

    private void forward(float[] x, int offset, int rows) {
        int size = gain.length;
        for (int row = 0; row < rows; row++) {
            kernels.layerNorm(x, offset + row * size, size, gain, bias, eps);
        }
    }

    /** {@code y = LayerNorm(y + residual)}, row by row, each from its offset. */
    void forward(float[] y, int yOffset, float[] residual, int residualOffset, int rows) {
        kernels.add(residual, residualOffset, y, yOffset, rows * gain.length);
        forward(y, yOffset, rows);
    }
}
