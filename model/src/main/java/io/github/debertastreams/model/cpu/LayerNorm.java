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
        int size = gain.length;
        for (int row = 0; row < rows; row++) {
            kernels.layerNorm(x, row * size, size, gain, bias, eps);
        }
    }

    /** {@code y = LayerNorm(y + residual)}, row by row. */
    void forward(float[] y, float[] residual, int rows) {
        kernels.add(residual, 0, y, 0, rows * gain.length);
        forward(y, rows);
    }
}
