package io.github.debertastreams.model.head;

import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.TokenBatch;
import java.util.List;

/** What stands on the encoder: hidden states to logits, and logits to typed predictions. Threads may share a head. */
public sealed interface Head
        permits SequenceClassificationHead, TokenClassificationHead, QuestionAnsweringHead, EmbeddingHead {

    /** Logits of a batch; {@code hiddenStates} is {@code [Σ T, H]}, rows as in the batch. */
    Logits forward(float[] hiddenStates, TokenBatch batch);

    /** Typed predictions: the i-th of the i-th text. */
    List<Prediction> decode(Logits logits, List<Encoding> encodings, TokenSpelling spelling);

    /** What the head serves, in Hugging Face's words. */
    String task();
}
