package io.github.debertastreams.model.head;

import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.TokenSelection;

/**
 * What stands on the encoder: hidden states to logits. What logits mean is a task's business. Threads may share a head.
 */
public sealed interface Head
        permits SequenceClassificationHead,
                MultipleChoiceHead,
                TokenClassificationHead,
                QuestionAnsweringHead,
                MaskedLanguageHead,
                EmbeddingHead {

    /**
     * Logits of a batch; {@code hiddenStates} is {@code [Σ T, H]}, rows as in the batch. A head that reads tokens answers for the
     * batch's {@link TokenBatch#selection()} alone.
     */
    Logits forward(float[] hiddenStates, TokenBatch batch);

    /** The tokens whose hidden states are read: no others need to leave the last layer. */
    default TokenSelection reads(TokenBatch batch) {
        return batch.selection();
    }
}
