package io.github.debertastreams.model;

import io.github.debertastreams.model.task.Aggregation;
import io.github.debertastreams.model.task.LongText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a model is opened and batched. Two equal options in one JVM share one model.
 *
 * @param model directory in Hugging Face's layout, or {@code ORG/NAME} on a hub: taken from the cache, fetched first if need be
 * @param task what to do with the model, in Hugging Face's words; null: what the checkpoint's head serves
 * @param maxLength most tokens of one input, special ones included; 0: what the tokenizer and the model allow
 * @param topK labels or answers to report; 0: all labels, one answer
 * @param aggregation how tokens become entities
 * @param longText what to do with a text that has more tokens than {@code maxLength}
 * @param workers threads that run batches, each batch on one thread
 * @param maxBatchRecords most inputs in one batch
 * @param maxBatchTokens most real tokens in one batch; at least {@code maxLength}
 * @param linger how long a batch that is not full waits for more; zero: it goes as soon as a worker is idle
 */
public record ModelOptions(
        Path model,
        @Nullable String task,
        int maxLength,
        int topK,
        Aggregation aggregation,
        LongText longText,
        int workers,
        int maxBatchRecords,
        int maxBatchTokens,
        Duration linger) {

    /** Options of {@link #from(Map)}, with what they mean and their defaults. */
    public static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("model", "directory in Hugging Face's layout, or ORG/NAME on a hub; required"),
            Map.entry(
                    "task",
                    "text-classification, token-classification, question-answering or feature-extraction; default: the head's own"),
            Map.entry("max.length", "most tokens of one text; default 0: what the model allows"),
            Map.entry("top.k", "labels or answers to report; default 1, 0: all labels"),
            Map.entry("aggregation", "none or simple; default simple"),
            Map.entry("long.text", "truncate or reject; default truncate"),
            Map.entry("workers", "threads that run batches; default: the processors of the machine"),
            Map.entry("batch.max.records", "most texts in one batch; default 32"),
            Map.entry("batch.max.tokens", "most tokens in one batch; default 4096"),
            Map.entry("batch.linger.ms", "how long a batch that is not full waits for more; default 0"));

    private static final int DEFAULT_BATCH_RECORDS = 32;
    private static final int DEFAULT_BATCH_TOKENS = 4096;

    public ModelOptions {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(aggregation, "aggregation");
        Objects.requireNonNull(longText, "longText");
        requireAtLeast("max.length", maxLength, 0);
        requireAtLeast("top.k", topK, 0);
        requireAtLeast("workers", workers, 1);
        requireAtLeast("batch.max.records", maxBatchRecords, 1);
        requireAtLeast("batch.max.tokens", maxBatchTokens, Math.max(1, maxLength));
        if (linger.isNegative()) {
            throw new IllegalArgumentException("batch.linger.ms is " + linger.toMillis() + ", expected 0 or more");
        }
    }

    /** The defaults for a model directory. */
    public static ModelOptions of(Path model) {
        return new ModelOptions(
                model,
                null,
                0,
                1,
                Aggregation.SIMPLE,
                LongText.TRUNCATE,
                Runtime.getRuntime().availableProcessors(),
                DEFAULT_BATCH_RECORDS,
                DEFAULT_BATCH_TOKENS,
                Duration.ZERO);
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
                        + NearestName.of(key, KEYS.keySet()) + "'? Known: " + new TreeSet<>(KEYS.keySet()));
            }
        }
        String model = values.get("model");
        if (model == null || model.isBlank()) {
            throw new IllegalArgumentException("option 'model' is missing: expected a model directory");
        }
        ModelOptions defaults = of(Path.of(model));
        return new ModelOptions(
                defaults.model,
                values.get("task"),
                integer(values, "max.length", defaults.maxLength),
                integer(values, "top.k", defaults.topK),
                choice(values, "aggregation", Aggregation.class, defaults.aggregation),
                choice(values, "long.text", LongText.class, defaults.longText),
                integer(values, "workers", defaults.workers),
                integer(values, "batch.max.records", defaults.maxBatchRecords),
                integer(values, "batch.max.tokens", defaults.maxBatchTokens),
                Duration.ofMillis(integer(values, "batch.linger.ms", 0)));
    }

    public ModelOptions withModel(Path value) {
        return new ModelOptions(
                value, task, maxLength, topK, aggregation, longText, workers, maxBatchRecords, maxBatchTokens, linger);
    }

    public ModelOptions withTask(@Nullable String value) {
        return new ModelOptions(
                model, value, maxLength, topK, aggregation, longText, workers, maxBatchRecords, maxBatchTokens, linger);
    }

    public ModelOptions withTopK(int value) {
        return new ModelOptions(
                model, task, maxLength, value, aggregation, longText, workers, maxBatchRecords, maxBatchTokens, linger);
    }

    public ModelOptions withMaxLength(int value) {
        return new ModelOptions(
                model, task, value, topK, aggregation, longText, workers, maxBatchRecords, maxBatchTokens, linger);
    }

    public ModelOptions withAggregation(Aggregation value) {
        return new ModelOptions(
                model, task, maxLength, topK, value, longText, workers, maxBatchRecords, maxBatchTokens, linger);
    }

    public ModelOptions withLongText(LongText value) {
        return new ModelOptions(
                model, task, maxLength, topK, aggregation, value, workers, maxBatchRecords, maxBatchTokens, linger);
    }

    public ModelOptions withWorkers(int value) {
        return new ModelOptions(
                model, task, maxLength, topK, aggregation, longText, value, maxBatchRecords, maxBatchTokens, linger);
    }

    /** The three limits at which a batch is cut. */
    public ModelOptions withBatch(int records, int tokens, Duration wait) {
        return new ModelOptions(model, task, maxLength, topK, aggregation, longText, workers, records, tokens, wait);
    }

    private static void requireAtLeast(String key, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(key + " is " + value + ", expected " + least + " or more");
        }
    }

    private static int integer(Map<String, String> values, String key, int fallback) {
        String value = values.get(key);
        if (value == null) {
            return fallback;
        }
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is '" + value + "', expected a whole number", e);
        }
    }

    private static <E extends Enum<E>> E choice(Map<String, String> values, String key, Class<E> type, E fallback) {
        String value = values.get(key);
        if (value == null) {
            return fallback;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value.strip())) {
                return constant;
            }
        }
        Set<String> known = new TreeSet<>();
        for (E constant : type.getEnumConstants()) {
            known.add(constant.name().toLowerCase(Locale.ROOT));
        }
        throw new IllegalArgumentException(key + " is '" + value + "', expected one of " + known);
    }
}
