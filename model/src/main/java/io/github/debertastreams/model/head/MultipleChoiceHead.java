package io.github.debertastreams.model.head;

import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.TokenSelection;
import io.github.debertastreams.model.weights.Checkpoint;

/**
 * A logit for each sequence, to be compared with those of the other choices: consecutive sequences of the batch are the choices
 * of one question. Source: HF {@code DebertaV2ForMultipleChoice}.
 */
public final class MultipleChoiceHead implements Head {

    private final SequenceClassificationHead scorer;

    private MultipleChoiceHead(SequenceClassificationHead scorer) {
        this.scorer = scorer;
    }

    /** Takes the head's weights from a checkpoint. */
    public static MultipleChoiceHead load(
            Checkpoint checkpoint, Kernels kernels, Activation poolerActivation, int hiddenSize) {
        return new MultipleChoiceHead(
                SequenceClassificationHead.load(checkpoint, kernels, poolerActivation, hiddenSize, 1));
    }

    /** One row per sequence, one column. */
    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        return scorer.forward(hiddenStates, batch);
    }

    @Override
    public TokenSelection reads(TokenBatch batch) {
        return batch.firstTokens();
    }
}
