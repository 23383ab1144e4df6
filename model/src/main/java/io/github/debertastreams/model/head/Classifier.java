package io.github.debertastreams.model.head;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.weights.Checkpoint;

/** The linear layer called {@code classifier}, which both classification heads have. */
final class Classifier {

    private Classifier() {}

    static Linear load(Checkpoint checkpoint, Kernels kernels, int hiddenSize, int labels) {
        if (labels < 1) {
            throw ModelException.bundle("the classifier has no outputs");
        }
        return Linear.load(checkpoint, kernels, "classifier", labels, hiddenSize);
    }
}
