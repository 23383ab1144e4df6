package io.github.debertastreams.model.encoder;

import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.token.TokenBatch;

/** Token batch in, logits out: one model with its head, on one kind of machine. Threads may share a backend. */
public interface Backend extends AutoCloseable {

    /**
     * Runs the model.
     *
     * @param trace is told the layers' values on the way
     * @throws io.github.debertastreams.model.error.ModelException of kind {@code INVALID_INPUT} for an id the model does not have
     */
    Logits forward(TokenBatch batch, EncoderTrace trace);

    /** Runs the model, and nobody looks on. */
    default Logits forward(TokenBatch batch) {
        return forward(batch, EncoderTrace.NONE);
    }

    /** Makes the first batch as fast as those to come. */
    default void warmUp() {}

    /** Whether the paper's enhanced mask decoder stands between the encoder and a masked-LM head. */
    boolean enhancedMaskDecoder();

    /** For people and metrics, such as {@code native-vector512}. */
    String name();

    default boolean onGpu() {
        return false;
    }

    /** Whether it had to take a lesser way than it was opened for, such as fp32 where fp16 was not enough. */
    default boolean fellBack() {
        return false;
    }

    @Override
    void close();
}
