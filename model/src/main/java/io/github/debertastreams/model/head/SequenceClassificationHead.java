package io.github.debertastreams.model.head;

import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.TokenSelection;
import io.github.debertastreams.model.weights.Checkpoint;

/** Labels of a whole sequence. Source: HF {@code DebertaForSequenceClassification}. */
public final class SequenceClassificationHead implements Head {

    private final ContextPooler pooler;
    private final Linear classifier;

    private SequenceClassificationHead(ContextPooler pooler, Linear classifier) {
        this.pooler = pooler;
        this.classifier = classifier;
    }

    /**
     * Takes the head's weights from a checkpoint.
     *
     * @param labels how many the classifier has
     */
    public static SequenceClassificationHead load(
            Checkpoint checkpoint, Kernels kernels, Activation poolerActivation, int hiddenSize, int labels) {
        return new SequenceClassificationHead(
                ContextPooler.load(checkpoint, kernels, poolerActivation, hiddenSize),
                Classifier.load(checkpoint, kernels, hiddenSize, labels));
    }

    /** One row per sequence, one column per label. */
    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        float[] logits = new float[batch.rows() * classifier.outputs()];
        classifier.forward(pooler.forward(hiddenStates, batch), batch.rows(), logits);
        return Logits.perSequence(logits, classifier.outputs(), batch.rows());
    }

    @Override
    public TokenSelection reads(TokenBatch batch) {
        return batch.firstTokens();
    }
}
