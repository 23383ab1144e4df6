package io.github.debertastreams.model;

import io.github.debertastreams.model.kernel.WeightFormat;
import io.github.debertastreams.model.onnx.Precision;
import io.github.debertastreams.model.task.Aggregation;
import io.github.debertastreams.model.task.LongText;
import io.github.debertastreams.model.task.Pooling;
import io.github.debertastreams.model.task.ScoreFunction;
import io.github.debertastreams.model.task.TaskOptions;
import io.github.debertastreams.model.task.WindowMerge;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a model is opened and batched, and what is done with it. Two equal options in one JVM share one model.
 *
 * @param model directory in Hugging Face's layout, or {@code ORG/NAME} on a hub: taken from the cache, fetched first if need be
 * @param task what to do with the model, in Hugging Face's words; null: what the checkpoint's head is made for
 * @param maxLength most tokens of one sequence, special ones included; 0: what the tokenizer and the model allow, for question
 *     answering at most 384
 * @param taskOptions what the task is told
 * @param backend what computes the model
 * @param workers threads that run batches, each batch on one thread
 * @param maxBatchRecords most sequences in one batch
 * @param maxBatchTokens most real tokens in one batch; at least {@code maxLength}
 * @param linger how long a batch that is not full waits for more; zero: it goes as soon as a worker is idle
 * @param warmUp whether opening lasts until the model is as fast as it will be; else the first batches pay for it
 * @param cacheRecords most predictions that a service remembers for texts that come again; 0: none
 */
public record ModelOptions(
        Path model,
        @Nullable String task,
        int maxLength,
        TaskOptions taskOptions,
        BackendOptions backend,
        int workers,
        int maxBatchRecords,
        int maxBatchTokens,
        Duration linger,
        boolean warmUp,
        int cacheRecords) {

    /** Every option that {@link #from(Map)} reads. */
    public static final List<Option> OPTIONS = List.of(
            text(
                    "model",
                    "directory in Hugging Face's layout, or ORG/NAME on a hub; required",
                    (b, value) -> b.model(Path.of(value))),
            text(
                    "task",
                    "text-classification, zero-shot-classification, token-classification, question-answering, fill-mask, "
                            + "feature-extraction, rerank or multiple-choice; default: what the model's head is made for",
                    Builder::task),
            number(
                    "max.length",
                    "most tokens of one sequence; default 0: what the model allows, for question-answering at most 384",
                    Builder::maxLength),
            choice(
                    "long.text",
                    "what becomes of a longer text: truncate, window or reject; default truncate, for question-answering window",
                    LongText.class,
                    Builder::longText),
            number(
                    "stride",
                    "tokens that neighbouring windows share; default: half a window, at most 128",
                    Builder::stride),
            choice(
                    "window.merge",
                    "how the scores of windows become one: mean or max; default mean, for rerank max",
                    WindowMerge.class,
                    Builder::windowMerge),
            number(
                    "top.k",
                    "results to report, 0: all; default 1 label or answer, 5 tokens for a mask, all candidate labels",
                    Builder::topK),
            choice(
                    "function.to.apply",
                    "what turns logits into scores: sigmoid, softmax or none; default: what config.json's problem_type says, "
                            + "for rerank none",
                    ScoreFunction.class,
                    Builder::function),
            choice(
                    "aggregation",
                    "how token labels become entities: none, simple, first, average or max; default simple",
                    Aggregation.class,
                    Builder::aggregation),
            list("ignore.labels", "labels of tokens that are no entities, by commas; default O", Builder::ignoreLabels),
            list(
                    "candidate.labels",
                    "labels of zero-shot-classification for inputs that bring none, by commas; default: none",
                    Builder::candidateLabels),
            text(
                    "hypothesis.template",
                    "what a candidate label becomes, with {} for the label; default: This example is {}.",
                    Builder::hypothesisTemplate),
            flag(
                    "multi.label",
                    "whether several candidate labels may be true of one text; default false",
                    Builder::multiLabel),
            list("targets", "the only tokens that may stand at a mask, by commas; default: any", Builder::targets),
            number("max.answer.length", "most tokens of an answer; default 15", Builder::maxAnswerLength),
            flag(
                    "handle.impossible.answer",
                    "whether \"no answer\" is an answer; default false",
                    Builder::impossibleAnswer),
            choice(
                    "pooling",
                    "what becomes of the vectors of a text's tokens: none, cls or mean; default mean",
                    Pooling.class,
                    Builder::pooling),
            flag("normalize", "whether vectors are scaled to length 1; default false", Builder::normalize),
            choice(
                    "backend",
                    "what computes: native, onnx (ONNX Runtime), cuda (ONNX Runtime on a GPU) or auto (a GPU where there is one); "
                            + "default native",
                    BackendOptions.Kind.class,
                    Builder::backend),
            number(
                    "batch.threads",
                    "threads that compute one batch together; default 1, because as many batches run side by side as there are workers",
                    Builder::batchThreads),
            choice(
                    "precision",
                    "of ONNX Runtime's matrix products: fp32 or fp16; default fp16 on a GPU, else fp32",
                    Precision.class,
                    Builder::precision),
            number(
                    "cuda.memory.mb",
                    "most GPU memory for the model, in MB; default 0: no limit",
                    Builder::gpuMemoryMegabytes),
            choice(
                    "weights",
                    "how the native backend keeps the weights of linear layers: fp32, or bf16 for half their memory; default fp32",
                    WeightFormat.class,
                    Builder::weights),
            number("workers", "threads that run batches; default: the processors of the machine", Builder::workers),
            number("batch.max.records", "most sequences in one batch; default 32", Builder::maxBatchRecords),
            number("batch.max.tokens", "most tokens in one batch; default 4096", Builder::maxBatchTokens),
            number(
                    "batch.linger.ms",
                    "how long a batch that is not full waits for more, in milliseconds; default 0",
                    (b, value) -> b.linger(Duration.ofMillis(value))),
            flag(
                    "warm.up",
                    "whether opening lasts until the code is compiled, some seconds at the first model, so that the first texts are as fast as "
                            + "others; default true, for commands of one run false",
                    Builder::warmUp),
            number(
                    "cache.max.records",
                    "most predictions that are remembered for texts that come again; default 0: none",
                    Builder::cacheRecords));

    /** The keys of {@link #OPTIONS}, with what they mean and their defaults. */
    public static final Map<String, String> KEYS = keys();

    public ModelOptions {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(taskOptions, "taskOptions");
        Objects.requireNonNull(backend, "backend");
        requireAtLeast("max.length", maxLength, 0);
        requireAtLeast("workers", workers, 1);
        requireAtLeast("batch.max.records", maxBatchRecords, 1);
        requireAtLeast("batch.max.tokens", maxBatchTokens, Math.max(1, maxLength));
        requireAtLeast("cache.max.records", cacheRecords, 0);
        if (linger.isNegative()) {
            throw new IllegalArgumentException("batch.linger.ms is " + linger.toMillis() + ", expected 0 or more");
        }
    }

    /** The defaults for a model directory. */
    public static ModelOptions of(Path model) {
        return builder(model).build();
    }

    /** A builder that starts with the defaults. */
    public static Builder builder(Path model) {
        return new Builder(model);
    }

    /** A builder that starts with these options. */
    public Builder toBuilder() {
        Builder builder = new Builder(model);
        builder.task = task;
        builder.maxLength = maxLength;
        builder.topK = taskOptions.topK();
        builder.longText = taskOptions.longText();
        builder.stride = taskOptions.stride();
        builder.windowMerge = taskOptions.windowMerge();
        builder.function = taskOptions.function();
        builder.aggregation = taskOptions.aggregation();
        builder.ignoreLabels = taskOptions.ignoreLabels();
        builder.candidateLabels = taskOptions.candidateLabels();
        builder.hypothesisTemplate = taskOptions.hypothesisTemplate();
        builder.multiLabel = taskOptions.multiLabel();
        builder.targets = taskOptions.targets();
        builder.maxAnswerLength = taskOptions.maxAnswerLength();
        builder.impossibleAnswer = taskOptions.impossibleAnswer();
        builder.pooling = taskOptions.pooling();
        builder.normalize = taskOptions.normalize();
        builder.backend = backend.kind();
        builder.batchThreads = backend.threads();
        builder.precision = backend.precision();
        builder.gpuMemoryMegabytes = backend.gpuMemoryMegabytes();
        builder.weights = backend.weights();
        builder.workers = workers;
        builder.maxBatchRecords = maxBatchRecords;
        builder.maxBatchTokens = maxBatchTokens;
        builder.linger = linger;
        builder.warmUp = warmUp;
        builder.cacheRecords = cacheRecords;
        return builder;
    }

    /** The same with a directory for a model, which may be the name of one on a hub: then it is fetched if need be. */
    ModelOptions resolved() {
        return toBuilder().model(ModelDirectory.resolve(model)).build();
    }

    /**
     * Options from strings, such as a properties file's.
     *
     * @throws IllegalArgumentException for an unknown key (the nearest known one is named) or a value that cannot be read
     */
    public static ModelOptions from(Map<String, String> values) {
        for (String key : new TreeMap<>(values).keySet()) {
            if (!KEYS.containsKey(key)) {
                throw new IllegalArgumentException("unknown option '" + key + "', did you mean '"
                        + NearestName.of(key, KEYS.keySet()) + "'? Known: " + KEYS.keySet());
            }
        }
        String model = values.get("model");
        if (model == null || model.isBlank()) {
            throw new IllegalArgumentException("option 'model' is missing: expected a model directory");
        }
        Builder builder = builder(Path.of(model));
        for (Option option : OPTIONS) {
            String value = values.get(option.key());
            if (value != null) {
                option.reader.accept(builder, value);
            }
        }
        return builder.build();
    }

    /**
     * One option as a string.
     *
     * @param meaning what it means, its unit and its default, for people
     * @param isFlag whether its values are true and false
     */
    public record Option(String key, String meaning, boolean isFlag, BiConsumer<Builder, String> reader) {}

    /** Options under construction. */
    public static final class Builder {
        private Path model;
        private @Nullable String task;
        private int maxLength;
        private @Nullable Integer topK = TaskOptions.DEFAULTS.topK();
        private @Nullable LongText longText = TaskOptions.DEFAULTS.longText();
        private @Nullable Integer stride = TaskOptions.DEFAULTS.stride();
        private @Nullable WindowMerge windowMerge = TaskOptions.DEFAULTS.windowMerge();
        private @Nullable ScoreFunction function = TaskOptions.DEFAULTS.function();
        private Aggregation aggregation = TaskOptions.DEFAULTS.aggregation();
        private List<String> ignoreLabels = TaskOptions.DEFAULTS.ignoreLabels();
        private List<String> candidateLabels = TaskOptions.DEFAULTS.candidateLabels();
        private String hypothesisTemplate = TaskOptions.DEFAULTS.hypothesisTemplate();
        private boolean multiLabel = TaskOptions.DEFAULTS.multiLabel();
        private List<String> targets = TaskOptions.DEFAULTS.targets();
        private int maxAnswerLength = TaskOptions.DEFAULTS.maxAnswerLength();
        private boolean impossibleAnswer = TaskOptions.DEFAULTS.impossibleAnswer();
        private Pooling pooling = TaskOptions.DEFAULTS.pooling();
        private boolean normalize = TaskOptions.DEFAULTS.normalize();
        private BackendOptions.Kind backend = BackendOptions.DEFAULTS.kind();
        private int batchThreads = BackendOptions.DEFAULTS.threads();
        private @Nullable Precision precision = BackendOptions.DEFAULTS.precision();
        private int gpuMemoryMegabytes = BackendOptions.DEFAULTS.gpuMemoryMegabytes();
        private WeightFormat weights = BackendOptions.DEFAULTS.weights();
        private int workers = Runtime.getRuntime().availableProcessors();
        private int maxBatchRecords = 32;
        private int maxBatchTokens = 4096;
        private Duration linger = Duration.ZERO;
        private boolean warmUp = true;
        private int cacheRecords;

        private Builder(Path model) {
            this.model = model;
        }

        public Builder model(Path value) {
            model = value;
            return this;
        }

        /** In Hugging Face's words; null: what the checkpoint's head is made for. */
        public Builder task(@Nullable String value) {
            task = value;
            return this;
        }

        public Builder maxLength(int value) {
            maxLength = value;
            return this;
        }

        public Builder topK(int value) {
            topK = value;
            return this;
        }

        public Builder longText(LongText value) {
            longText = value;
            return this;
        }

        public Builder stride(int value) {
            stride = value;
            return this;
        }

        public Builder windowMerge(WindowMerge value) {
            windowMerge = value;
            return this;
        }

        public Builder function(ScoreFunction value) {
            function = value;
            return this;
        }

        public Builder aggregation(Aggregation value) {
            aggregation = value;
            return this;
        }

        public Builder ignoreLabels(List<String> value) {
            ignoreLabels = value;
            return this;
        }

        public Builder candidateLabels(List<String> value) {
            candidateLabels = value;
            return this;
        }

        public Builder hypothesisTemplate(String value) {
            hypothesisTemplate = value;
            return this;
        }

        public Builder multiLabel(boolean value) {
            multiLabel = value;
            return this;
        }

        public Builder targets(List<String> value) {
            targets = value;
            return this;
        }

        public Builder maxAnswerLength(int value) {
            maxAnswerLength = value;
            return this;
        }

        public Builder impossibleAnswer(boolean value) {
            impossibleAnswer = value;
            return this;
        }

        public Builder pooling(Pooling value) {
            pooling = value;
            return this;
        }

        public Builder normalize(boolean value) {
            normalize = value;
            return this;
        }

        public Builder backend(BackendOptions.Kind value) {
            backend = value;
            return this;
        }

        public Builder batchThreads(int value) {
            batchThreads = value;
            return this;
        }

        public Builder precision(Precision value) {
            precision = value;
            return this;
        }

        public Builder gpuMemoryMegabytes(int value) {
            gpuMemoryMegabytes = value;
            return this;
        }

        /** How the native backend keeps the weights of linear layers. */
        public Builder weights(WeightFormat value) {
            weights = value;
            return this;
        }

        public Builder workers(int value) {
            workers = value;
            return this;
        }

        public Builder maxBatchRecords(int value) {
            maxBatchRecords = value;
            return this;
        }

        public Builder maxBatchTokens(int value) {
            maxBatchTokens = value;
            return this;
        }

        public Builder linger(Duration value) {
            linger = value;
            return this;
        }

        /** Most predictions that a service remembers; 0: none. */
        public Builder warmUp(boolean value) {
            warmUp = value;
            return this;
        }

        public Builder cacheRecords(int value) {
            cacheRecords = value;
            return this;
        }

        /** @throws IllegalArgumentException naming the key, what was found and what was expected */
        public ModelOptions build() {
            TaskOptions taskOptions = new TaskOptions(
                    topK,
                    longText,
                    stride,
                    windowMerge,
                    function,
                    aggregation,
                    ignoreLabels,
                    candidateLabels,
                    hypothesisTemplate,
                    multiLabel,
                    targets,
                    maxAnswerLength,
                    impossibleAnswer,
                    pooling,
                    normalize);
            return new ModelOptions(
                    model,
                    task,
                    maxLength,
                    taskOptions,
                    new BackendOptions(backend, batchThreads, precision, gpuMemoryMegabytes, weights),
                    workers,
                    maxBatchRecords,
                    maxBatchTokens,
                    linger,
                    warmUp,
                    cacheRecords);
        }
    }

    private static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        OPTIONS.forEach(option -> keys.put(option.key(), option.meaning()));
        return Collections.unmodifiableMap(keys);
    }

    private static void requireAtLeast(String key, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(key + " is " + value + ", expected " + least + " or more");
        }
    }

    private static Option text(String key, String meaning, BiConsumer<Builder, String> setter) {
        return new Option(key, meaning, false, setter);
    }

    private static Option number(String key, String meaning, BiConsumer<Builder, Integer> setter) {
        return option(key, meaning, false, setter, value -> {
            try {
                return Integer.valueOf(value);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(key + " is '" + value + "', expected a whole number", e);
            }
        });
    }

    private static Option flag(String key, String meaning, BiConsumer<Builder, Boolean> setter) {
        return option(key, meaning, true, setter, value -> {
            if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
                throw new IllegalArgumentException(key + " is '" + value + "', expected true or false");
            }
            return Boolean.valueOf(value);
        });
    }

    private static Option list(String key, String meaning, BiConsumer<Builder, List<String>> setter) {
        return option(
                key,
                meaning,
                false,
                setter,
                value -> Arrays.stream(value.split(","))
                        .map(String::strip)
                        .filter(element -> !element.isEmpty())
                        .toList());
    }

    private static <E extends Enum<E>> Option choice(
            String key, String meaning, Class<E> type, BiConsumer<Builder, E> setter) {
        return option(key, meaning, false, setter, value -> {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equalsIgnoreCase(value)) {
                    return constant;
                }
            }
            List<String> known = Arrays.stream(type.getEnumConstants())
                    .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                    .toList();
            throw new IllegalArgumentException(key + " is '" + value + "', expected one of " + known);
        });
    }

    private static <T> Option option(
            String key, String meaning, boolean isFlag, BiConsumer<Builder, T> setter, Function<String, T> reader) {
        return new Option(
                key, meaning, isFlag, (builder, value) -> setter.accept(builder, reader.apply(value.strip())));
    }
}
