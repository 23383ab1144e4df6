package io.github.debertastreams.model.head;

import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;

/** First token, linear layer, activation. Source: HF {@code ContextPooler}. */
record ContextPooler(Kernels kernels, Linear dense, Activation activation, int hiddenSize) {

    static ContextPooler load(Checkpoint checkpoint, Kernels kernels, Activation activation, int hiddenSize) {
        Linear dense = Linear.load(checkpoint, kernels, "pooler.dense", hiddenSize, hiddenSize);
        return new ContextPooler(kernels, dense, activation, hiddenSize);
    }

    /** {@code [B, H]}. A row without tokens (all masked) is read as a zero vector. */
    float[] forward(float[] hiddenStates, TokenBatch batch) {
        float[] first = new float[batch.rows() * hiddenSize];
        for (int row = 0; row < batch.rows(); row++) {
            int token = batch.rowStarts()[row];
            if (token < batch.rowStarts()[row + 1]) {
                System.arraycopy(hiddenStates, token * hiddenSize, first, row * hiddenSize, hiddenSize);
            }
        }
        float[] pooled = new float[first.length];
        dense.forward(first, batch.rows(), pooled);
        activation.apply(kernels, pooled, 0, pooled.length);
        return pooled;
    }
}
