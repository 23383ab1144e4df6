package io.github.debertastreams.model;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.EmbeddingHead;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.QuestionAnsweringHead;
import io.github.debertastreams.model.head.SequenceClassificationHead;
import io.github.debertastreams.model.head.TokenClassificationHead;
import io.github.debertastreams.model.task.FeatureExtraction;
import io.github.debertastreams.model.task.QuestionAnswering;
import io.github.debertastreams.model.task.Task;
import io.github.debertastreams.model.task.TextClassification;
import io.github.debertastreams.model.task.TextEncoder;
import io.github.debertastreams.model.task.TokenClassification;

/** Chooses the task of an opened model: the one that was asked for, or the one that the head is made for. */
final class Tasks {

    private Tasks() {}

    static Task create(ModelOptions options, TextEncoder encoder, TensorModel tensors) {
        Head head = tensors.head();
        if (head instanceof SequenceClassificationHead) {
            return new TextClassification(encoder, tensors.labels(), tensors.scoreFunction(), options.topK());
        }
        if (head instanceof TokenClassificationHead) {
            return new TokenClassification(encoder, tensors.labels(), options.aggregation());
        }
        if (head instanceof QuestionAnsweringHead) {
            return new QuestionAnswering(encoder, Math.max(1, options.topK()));
        }
        if (head instanceof EmbeddingHead) {
            return new FeatureExtraction(encoder);
        }
        throw ModelException.bundle(
                options.model() + ": no task for a " + head.getClass().getSimpleName());
    }
}
