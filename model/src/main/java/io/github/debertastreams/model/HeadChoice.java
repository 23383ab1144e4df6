package io.github.debertastreams.model;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.EmbeddingHead;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.MaskedLanguageHead;
import io.github.debertastreams.model.head.MultipleChoiceHead;
import io.github.debertastreams.model.head.QuestionAnsweringHead;
import io.github.debertastreams.model.head.SequenceClassificationHead;
import io.github.debertastreams.model.head.TokenClassificationHead;
import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.EmbeddingTable;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.onnx.GraphHead;
import io.github.debertastreams.model.weights.Checkpoint;

/**
 * The head that a task needs: for the native backend as weights, for a graph by name.
 *
 * @param labels outputs of the classifier; 0 where there is none
 */
record HeadChoice(ModelConfig config, String task, int labels) {

    Head load(Checkpoint checkpoint, Kernels kernels, EmbeddingTable words) {
        int hiddenSize = config.hiddenSize();
        return switch (task) {
            case "feature-extraction" -> new EmbeddingHead(hiddenSize);
            case "question-answering" -> QuestionAnsweringHead.load(checkpoint, kernels, hiddenSize);
            case "token-classification" -> TokenClassificationHead.load(checkpoint, kernels, hiddenSize, labels);
            case "fill-mask" ->
                MaskedLanguageHead.load(
                        checkpoint,
                        kernels,
                        MaskedLanguageHead.form(checkpoint, config.legacy()).orElseThrow(),
                        hiddenSize,
                        config.hiddenActivation(),
                        config.layerNormEps(),
                        words);
            case "multiple-choice" -> MultipleChoiceHead.load(checkpoint, kernels, poolerActivation(), hiddenSize);
            default -> SequenceClassificationHead.load(checkpoint, kernels, poolerActivation(), hiddenSize, labels);
        };
    }

    GraphHead graphHead(Checkpoint checkpoint) {
        return switch (task) {
            case "feature-extraction" -> new GraphHead(GraphHead.Kind.EMBEDDING, 0, null);
            case "question-answering" -> new GraphHead(GraphHead.Kind.QUESTION_ANSWERING, 0, null);
            case "token-classification" -> new GraphHead(GraphHead.Kind.TOKEN_CLASSIFICATION, labels, null);
            case "fill-mask" ->
                new GraphHead(
                        GraphHead.Kind.MASKED_LANGUAGE,
                        0,
                        MaskedLanguageHead.form(checkpoint, config.legacy()).orElseThrow());
            default -> {
                poolerActivation();
                boolean choices = task.equals("multiple-choice");
                yield choices
                        ? new GraphHead(GraphHead.Kind.MULTIPLE_CHOICE, 1, null)
                        : new GraphHead(GraphHead.Kind.SEQUENCE_CLASSIFICATION, labels, null);
            }
        };
    }

    private Activation poolerActivation() {
        if (config.poolerHiddenSize() != config.hiddenSize()) {
            throw ModelException.bundle("config.json: pooler_hidden_size is " + config.poolerHiddenSize()
                    + ", expected hidden_size " + config.hiddenSize() + " for a head that reads pooled states");
        }
        return config.poolerActivation();
    }
}
