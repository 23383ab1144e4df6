package io.github.debertastreams.model;

import io.github.debertastreams.model.cpu.CpuBackend;
import io.github.debertastreams.model.encoder.Backend;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.EmbeddingHead;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.QuestionAnsweringHead;
import io.github.debertastreams.model.head.SequenceClassificationHead;
import io.github.debertastreams.model.head.TokenClassificationHead;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.task.ScoreFunction;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tensor side of a model directory: config.json and weights, no tokenizer. Threads may share it. */
public final class TensorModel implements AutoCloseable {

    private static final String FEATURE_EXTRACTION = "feature-extraction";
    /** Heads that a checkpoint may have and this version does not serve: their tensors, and their task. */
    private static final Map<String, String> UNSERVED_HEADS = Map.of(
            "cls.predictions.bias", "fill-mask",
            "lm_predictions.lm_head.bias", "fill-mask");

    private final ModelConfig config;
    private final List<String> tasks;
    private final List<String> labels;
    private final Head head;
    private final Backend backend;

    private TensorModel(ModelConfig config, List<String> tasks, List<String> labels, Head head, Backend backend) {
        this.config = config;
        this.tasks = tasks;
        this.labels = labels;
        this.head = head;
        this.backend = backend;
    }

    /**
     * Opens the weights of a model directory; reads {@code model}, {@code task} and what concerns the head of the options.
     *
     * @throws ModelException of kind {@code BUNDLE}, saying what was found, what was expected and where
     */
    public static TensorModel open(ModelOptions options) {
        ModelDirectory.require(options.model());
        return open(options, ModelConfig.read(options.model()));
    }

    /** The same for a caller that has read config.json already. */
    static TensorModel open(ModelOptions options, ModelConfig config) {
        try (Checkpoint checkpoint = Checkpoint.open(options.model())) {
            Kernels kernels = Kernels.get();
            String served = servedTask(checkpoint);
            List<String> labels =
                    checkpoint.has("classifier.weight") ? labels(options.model(), config, checkpoint) : List.of();
            Head head = head(options, served, config, checkpoint, kernels, labels.size());
            return new TensorModel(
                    config,
                    served.equals(FEATURE_EXTRACTION) ? List.of(served) : List.of(served, FEATURE_EXTRACTION),
                    labels,
                    head,
                    CpuBackend.load(checkpoint, kernels, config, head));
        }
    }

    /** Runs encoder and head; the trace sees what passes inside. */
    public Logits forward(TokenBatch batch, EncoderTrace trace) {
        return backend.forward(batch, trace);
    }

    public ModelConfig config() {
        return config;
    }

    public Head head() {
        return head;
    }

    /** The tasks that these weights serve, in Hugging Face's words; the one that the head is made for comes first. */
    public List<String> tasks() {
        return tasks;
    }

    /** The classifier's labels by id; empty where the checkpoint has no classifier. */
    public List<String> labels() {
        return labels;
    }

    /** The backend in use, such as {@code native-vector512}. */
    public String backend() {
        return backend.name();
    }

    @Override
    public void close() {
        backend.close();
    }

    private static Head head(
            ModelOptions options,
            String served,
            ModelConfig config,
            Checkpoint checkpoint,
            Kernels kernels,
            int labels) {
        String task = options.task() == null ? served : options.task();
        if (task.equals(FEATURE_EXTRACTION)) {
            return new EmbeddingHead(config.hiddenSize());
        }
        if (!task.equals(served) || UNSERVED_HEADS.containsValue(task)) {
            throw ModelException.bundle(options.model() + ": cannot serve " + task + ": its weights have a head for "
                    + served
                    + ", and this version serves text-classification, token-classification, question-answering and "
                    + FEATURE_EXTRACTION);
        }
        if (task.equals("question-answering")) {
            return QuestionAnsweringHead.load(checkpoint, kernels, config.hiddenSize());
        }
        if (task.equals("text-classification")) {
            return SequenceClassificationHead.load(
                    checkpoint, kernels, config.poolerActivation(), config.hiddenSize(), labels);
        }
        return TokenClassificationHead.load(checkpoint, kernels, config.hiddenSize(), labels);
    }

    /** The task that the head's tensors serve: config.json's architectures may be missing or wrong. */
    private static String servedTask(Checkpoint checkpoint) {
        if (checkpoint.has("classifier.weight")) {
            return checkpoint.has("pooler.dense.weight") ? "text-classification" : "token-classification";
        }
        if (checkpoint.has("qa_outputs.weight")) {
            return "question-answering";
        }
        for (Map.Entry<String, String> head : UNSERVED_HEADS.entrySet()) {
            if (checkpoint.has(head.getKey())) {
                return head.getValue();
            }
        }
        return FEATURE_EXTRACTION;
    }

    private static List<String> labels(Path directory, ModelConfig config, Checkpoint checkpoint) {
        long[] shape = checkpoint.info("classifier.weight").shape();
        int outputs = shape.length == 0 ? 0 : (int) shape[0];
        List<String> labels = config.labels();
        if (labels.isEmpty()) {
            List<String> numbered = new ArrayList<>();
            for (int label = 0; label < outputs; label++) {
                numbered.add("LABEL_" + label);
            }
            return numbered;
        }
        if (labels.size() != outputs) {
            throw ModelException.bundle(directory + ": 'classifier.weight' has " + outputs
                    + " outputs, config.json's id2label has " + labels.size() + " labels");
        }
        return labels;
    }

    /** How a classifier's logits become scores by default. Source: HF {@code TextClassificationPipeline.postprocess}. */
    ScoreFunction scoreFunction() {
        if (config.problemType() == ModelConfig.ProblemType.REGRESSION) {
            return ScoreFunction.NONE;
        }
        if (config.problemType() == ModelConfig.ProblemType.MULTI_LABEL_CLASSIFICATION || labels.size() == 1) {
            return ScoreFunction.SIGMOID;
        }
        return ScoreFunction.SOFTMAX;
    }
}
