package io.github.debertastreams.model.head;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.List;

/** The linear layer called {@code classifier}, which both classification heads have. */
final class Classifier {

    private Classifier() {}

    static Linear load(Checkpoint checkpoint, Kernels kernels, int hiddenSize, List<String> labels) {
        if (labels.isEmpty()) {
            throw ModelException.bundle("the classifier has no outputs");
        }
        float[] weight = checkpoint.floats("classifier.weight", labels.size(), hiddenSize);
        float[] bias = checkpoint.floats("classifier.bias", labels.size());
        return Linear.of(kernels, weight, bias, labels.size(), hiddenSize);
    }
}
