package io.github.debertastreams.model.head;

import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;

/** Labels of tokens. Source: HF {@code DebertaForTokenClassification}. */
public final class TokenClassificationHead implements Head {

    private final Linear classifier;

    private TokenClassificationHead(Linear classifier) {
        this.classifier = classifier;
    }

    /**
     * Takes the head's weights from a checkpoint.
     *
     * @param labels how many the classifier has
     */
    public static TokenClassificationHead load(Checkpoint checkpoint, Kernels kernels, int hiddenSize, int labels) {
        return new TokenClassificationHead(Classifier.load(checkpoint, kernels, hiddenSize, labels));
    }

    /** One row per token, one column per label. */
    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        return Logits.perToken(classifier, hiddenStates, batch);
    }
}
