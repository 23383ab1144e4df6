package io.github.debertastreams.model.kernel;

import io.github.debertastreams.model.weights.Checkpoint;

/** Gain and bias of one layer normalisation. Threads may share it. */
public record LayerNorm(Kernels kernels, float[] gain, float[] bias, float eps) {

    /** Takes {@code NAME.weight} and {@code NAME.bias} from a checkpoint. */
    public static LayerNorm load(Checkpoint checkpoint, Kernels kernels, String name, int size, float eps) {
        return new LayerNorm(
                kernels, checkpoint.floats(name + ".weight", size), checkpoint.floats(name + ".bias", size), eps);
    }

    /** Normalises {@code rows} rows in place. */
    public void forward(float[] x, int rows) {
        forward(x, 0, rows);
    }

    private void forward(float[] x, int offset, int rows) {
        int size = gain.length;
        for (int row = 0; row < rows; row++) {
            kernels.layerNorm(x, offset + row * size, size, gain, bias, eps);
        }
    }

    /** {@code y = LayerNorm(y + residual)}, row by row, each from its offset. */
    public void forward(float[] y, int yOffset, float[] residual, int residualOffset, int rows) {
        kernels.add(residual, residualOffset, y, yOffset, rows * gain.length);
        forward(y, yOffset, rows);
    }
}
