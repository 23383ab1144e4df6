package io.github.debertastreams.model.head;

import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;

/** Start and end of an answer: two logits for each token. Source: HF {@code DebertaForQuestionAnswering}. */
public final class QuestionAnsweringHead implements Head {

    private static final int OUTPUTS = 2;

    private final Linear outputs;

    private QuestionAnsweringHead(Linear outputs) {
        this.outputs = outputs;
    }

    /** Takes the head's weights from a checkpoint. */
    public static QuestionAnsweringHead load(Checkpoint checkpoint, Kernels kernels, int hiddenSize) {
        return new QuestionAnsweringHead(Linear.load(checkpoint, kernels, "qa_outputs", OUTPUTS, hiddenSize));
    }

    /** One row per token: the logit of a start there, and of an end. */
    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        return Logits.perToken(outputs, hiddenStates, batch);
    }
}
