package io.github.debertastreams.model;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.WeightFormat;
import io.github.debertastreams.model.onnx.GraphHead;
import io.github.debertastreams.model.onnx.Precision;
import io.github.debertastreams.model.onnx.ReadyBackend;
import java.nio.file.Path;
import java.util.List;

/** A model directory without weights of which somebody made an ONNX file: its outputs tell the tasks. */
final class ReadyModel {

    private ReadyModel() {}

    static TensorModel open(ModelOptions options, ModelConfig config, Path file) {
        requireAsWritten(options.backend(), file);
        ReadyBackend backend = new Backends(options, new HeadChoice(config, "", 0)).openFile(file);
        try {
            List<String> tasks = tasks(backend.head());
            String task = options.task() == null ? tasks.get(0) : options.task();
            TensorModel.requireServed(options.model(), task, tasks, "");
            List<String> labels = backend.head().labels() == 0
                    ? List.of()
                    : TensorModel.labels(
                            options.model(),
                            config,
                            file + "'s output 'logits'",
                            backend.head().labels());
            return new TensorModel(options, config, tasks, labels, new Backends.Opened(backend, () -> {
                throw ModelException.bundle(options.model()
                        + ": has an ONNX file and no weights: its head cannot be had" + " apart from it");
            }));
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    /** Refuses what cannot be had of a file. That it is to compute in fp32 can: it keeps a GPU from TF32. */
    private static void requireAsWritten(BackendOptions backend, Path file) {
        if (backend.precision() == Precision.FP16) {
            throw ModelException.bundle("precision is fp16, but " + file + " computes in what it was written in");
        }
        if (backend.weights() != WeightFormat.FP32) {
            throw ModelException.bundle("weights is bf16, which is for backend native, but " + file
                    + " is all that there is, and ONNX Runtime runs it");
        }
    }

    private static List<String> tasks(GraphHead head) {
        return switch (head.kind()) {
            case SEQUENCE_CLASSIFICATION ->
                List.of("text-classification", head.labels() == 1 ? "rerank" : "zero-shot-classification");
            case TOKEN_CLASSIFICATION -> List.of("token-classification");
            case QUESTION_ANSWERING -> List.of("question-answering");
            case MASKED_LANGUAGE -> List.of("fill-mask");
            default -> List.of("feature-extraction");
        };
    }
}
