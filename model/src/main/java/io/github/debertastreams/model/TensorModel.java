package io.github.debertastreams.model;

import io.github.debertastreams.model.encoder.Backend;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.MaskedLanguageHead;
import io.github.debertastreams.model.onnx.OnnxFile;
import io.github.debertastreams.model.onnx.Precision;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tensor side of a model directory: config.json and weights, no tokenizer. Threads may share it. */
public final class TensorModel implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TensorModel.class);
    private static final String FEATURE_EXTRACTION = "feature-extraction";
    private static final String CLASSIFIER = "classifier.weight";
    private static final String POOLER = "pooler.dense.weight";
    private static final String FILL_MASK = "fill-mask";
    private static final String MULTIPLE_CHOICE = "multiple-choice";

    private final ModelConfig config;
    private final List<String> tasks;
    private final List<String> labels;
    private final Supplier<Head> head;
    private final Backend backend;
    private final BackendOptions.Kind asked;

    TensorModel(
            ModelOptions options, ModelConfig config, List<String> tasks, List<String> labels, Backends.Opened opened) {
        this.config = config;
        this.tasks = tasks;
        this.labels = labels;
        this.head = opened.head();
        this.backend = opened.backend();
        this.asked = options.backend().kind();
    }

    /**
     * Opens the weights of a model directory, or of a model of the hub; reads {@code model}, {@code task} and what concerns the head of the options.
     *
     * @throws ModelException of kind {@code BUNDLE}, saying what was found, what was expected and where
     */
    public static TensorModel open(ModelOptions given) {
        ModelOptions options = given.resolved();
        return open(options, ModelConfig.read(options.model()));
    }

    /** The same for a caller that has read config.json already. */
    static TensorModel open(ModelOptions options, ModelConfig config) {
        long start = System.nanoTime();
        TensorModel model = load(options, config);
        long loaded = System.nanoTime();
        if (options.warmUp()) {
            try {
                model.backend.warmUp();
            } catch (RuntimeException | Error e) {
                model.close();
                throw e;
            }
        }
        log.info(
                "{} opened in {} ms, of which {} ms for the first batches",
                options.model(),
                (System.nanoTime() - start) / 1_000_000,
                (System.nanoTime() - loaded) / 1_000_000);
        return model;
    }

    private static TensorModel load(ModelOptions options, ModelConfig config) {
        Path graph = readyGraph(options.model()).orElse(null);
        if (graph != null && options.backend().kind() == BackendOptions.Kind.NATIVE) {
            throw ModelException.bundle(options.model() + ": has no weights for backend native, but "
                    + options.model().relativize(graph) + ": backend onnx runs it");
        }
        if (graph != null) {
            return ReadyModel.open(options, config, graph);
        }
        try (Checkpoint checkpoint = Checkpoint.open(options.model())) {
            Plan plan = Plan.of(options, config, checkpoint);
            return new TensorModel(
                    options, config, plan.tasks, plan.labels, new Backends(options, plan.head).open(checkpoint));
        }
    }

    /** The ONNX file that a directory has in place of weights: ONNX Runtime alone can run it. */
    public static Optional<Path> readyGraph(Path directory) {
        return ModelDirectory.readyGraph(directory);
    }

    /**
     * Writes a model as an ONNX file, its weights beside it in {@code FILE.data}, and opens it in ONNX Runtime as a check; reads
     * {@code model} and {@code task} of the options.
     *
     * @return the file of weights
     * @throws ModelException of kind {@code BUNDLE}, saying what was found, what was expected and where
     */
    public static Path export(ModelOptions given, Precision precision, Path file) {
        ModelOptions options = given.resolved();
        ModelConfig config = ModelConfig.read(options.model());
        try (Checkpoint checkpoint = Checkpoint.open(options.model())) {
            HeadChoice head = Plan.of(options, config, checkpoint).head;
            return OnnxFile.write(checkpoint, config, head.graphHead(checkpoint), precision, file);
        } catch (NoClassDefFoundError e) { // an optional dependency
            throw Backends.withoutOnnxRuntime("an export", e);
        }
    }

    /** What is to be made of a checkpoint. */
    private record Plan(List<String> tasks, List<String> labels, HeadChoice head) {

        static Plan of(ModelOptions options, ModelConfig config, Checkpoint checkpoint) {
            List<String> tasks = TensorModel.tasks(checkpoint, config);
            String task = options.task() == null ? tasks.get(0) : options.task();
            boolean unknownHead = hasUnknownHead(checkpoint, config);
            if (unknownHead && options.task() == null) {
                log.warn("{}: {}: {} is served", options.model(), unknownHead(config), task);
            }
            requireServed(options.model(), task, tasks, unknownHead ? unknownHead(config) + "; " : "");
            List<String> labels = checkpoint.has(CLASSIFIER) && !unknownHead && !tasks.contains(MULTIPLE_CHOICE)
                    ? TensorModel.labels(options.model(), config, "'classifier.weight'", outputs(checkpoint))
                    : List.of();
            return new Plan(tasks, labels, new HeadChoice(config, task, labels.size()));
        }
    }

    /** Runs encoder and head; the trace sees what passes inside. */
    public Logits forward(TokenBatch batch, EncoderTrace trace) {
        return backend.forward(batch, trace);
    }

    public ModelConfig config() {
        return config;
    }

    /** The head as the native backend has it; another backend loads it when it is asked for. */
    public Head head() {
        return head.get();
    }

    /** The tasks that these weights serve, in Hugging Face's words; the one that the head is made for comes first. */
    public List<String> tasks() {
        return tasks;
    }

    /** The classifier's labels by id; empty where the checkpoint has no classifier. */
    public List<String> labels() {
        return labels;
    }

    /** Whether the paper's enhanced mask decoder stands between the encoder and a masked-LM head. */
    public boolean enhancedMaskDecoder() {
        return backend.enhancedMaskDecoder();
    }

    /** The backend in use, such as {@code native-vector512}. */
    public String backend() {
        return backend.name();
    }

    /** Whether a lesser backend serves than the one that was to be had at best, see {@link TextModel#fellBack}. */
    public boolean fellBack() {
        return asked == BackendOptions.Kind.AUTO && !backend.onGpu() || backend.fellBack();
    }

    @Override
    public void close() {
        backend.close();
    }

    /**
     * The tasks that the heads' tensors serve, the likeliest first: config.json's architectures may be missing or wrong. They are
     * asked only where heads look the same.
     */
    private static List<String> tasks(Checkpoint checkpoint, ModelConfig config) {
        List<String> tasks = new ArrayList<>();
        if (checkpoint.has(CLASSIFIER) && !hasUnknownHead(checkpoint, config)) {
            if (!checkpoint.has(POOLER)) {
                tasks.add("token-classification");
            } else if (outputs(checkpoint) == 1
                    && config.architectures().stream().anyMatch(name -> name.endsWith("ForMultipleChoice"))) {
                tasks.add(MULTIPLE_CHOICE);
            } else {
                tasks.add("text-classification");
                tasks.add(outputs(checkpoint) == 1 ? "rerank" : "zero-shot-classification");
            }
        }
        if (checkpoint.has("qa_outputs.weight")) {
            tasks.add("question-answering");
        }
        tasks.add(FEATURE_EXTRACTION);
        if (MaskedLanguageHead.form(checkpoint, config.legacy()).isPresent()) {
            // a v3 checkpoint is a discriminator: the masked-LM head beside it was not trained with it
            boolean discriminator = checkpoint.has("mask_predictions.dense.weight");
            tasks.add(discriminator ? tasks.size() : tasks.size() - 1, FILL_MASK);
        }
        return List.copyOf(tasks);
    }

    /**
     * Whether a classifier without a pooler belongs to another head than token classification's, such as one over the mean of all
     * tokens: their tensors look the same.
     */
    private static boolean hasUnknownHead(Checkpoint checkpoint, ModelConfig config) {
        return checkpoint.has(CLASSIFIER)
                && !checkpoint.has(POOLER)
                && !config.architectures().isEmpty()
                && config.architectures().stream().noneMatch(name -> name.endsWith("ForTokenClassification"));
    }

    private static String unknownHead(ModelConfig config) {
        return "the classifier is that of " + String.join(", ", config.architectures())
                + ", which is no head that is read here";
    }

    /**
     * Refuses a task that is unknown, or not among those that a model serves.
     *
     * @param lack what stands in the way, for people; may be empty
     */
    static void requireServed(Path directory, String task, List<String> tasks, String lack) {
        if (!Tasks.NAMES.contains(task)) {
            throw ModelException.bundle("task is '" + task + "', did you mean '" + NearestName.of(task, Tasks.NAMES)
                    + "'? Known: " + Tasks.NAMES);
        }
        if (!tasks.contains(task)) {
            throw ModelException.bundle(directory + ": cannot serve " + task + ": "
                    + (task.equals(FILL_MASK) ? "the checkpoint has no masked-LM head; " : lack) + "its weights serve "
                    + String.join(", ", tasks));
        }
    }

    private static int outputs(Checkpoint checkpoint) {
        long[] shape = checkpoint.info(CLASSIFIER).shape();
        return shape.length == 0 ? 0 : (int) shape[0];
    }

    /** The labels of a classifier's outputs; numbered where config.json has none. */
    static List<String> labels(Path directory, ModelConfig config, String classifier, int outputs) {
        List<String> labels = config.labels();
        if (labels.isEmpty()) {
            List<String> numbered = new ArrayList<>();
            for (int label = 0; label < outputs; label++) {
                numbered.add("LABEL_" + label);
            }
            return numbered;
        }
        if (labels.size() != outputs) {
            throw ModelException.bundle(directory + ": " + classifier + " has " + outputs
                    + " outputs, config.json's id2label has " + labels.size() + " labels");
        }
        return labels;
    }
}
