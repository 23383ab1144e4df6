package io.github.debertastreams.model.head;

import io.github.debertastreams.model.token.TokenBatch;

/** The bare model: its hidden states are what comes out. */
public final class EmbeddingHead implements Head {

    private final int hiddenSize;

    public EmbeddingHead(int hiddenSize) {
        this.hiddenSize = hiddenSize;
    }

    /** One row per selected token: its hidden state. */
    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        return new Logits(
                batch.selection().gather(hiddenStates, hiddenSize),
                hiddenSize,
                batch.selection().rowStarts());
    }
}
