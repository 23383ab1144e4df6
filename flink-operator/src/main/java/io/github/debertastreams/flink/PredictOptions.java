package io.github.debertastreams.flink;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NearestName;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is predicted. Travels with the job; the model's directory is looked for on the TaskManager, not where the job is
 * submitted.
 *
 * @param model the options of {@link ModelOptions#from(Map)}, kept as strings because paths cannot travel and because the
 *     default of {@code workers} is the TaskManager's
 * @param capacity records of one subtask that may wait for their predictions before it stops reading; at least two batches, so
 *     that one fills while one runs
 * @param timeout how long a record may wait, queueing included, before it becomes an error-typed prediction
 * @param order in which predictions leave
 */
public record PredictOptions(Map<String, String> model, int capacity, Duration timeout, Order order)
        implements Serializable {

    /** The order in which predictions leave the operator. */
    public enum Order {
        /** As they are ready, but never across a watermark. */
        UNORDERED,
        /** The records' order. */
        ORDERED
    }

    private static final String CAPACITY = "capacity";
    private static final String TIMEOUT = "timeout.ms";
    private static final String ORDER = "order";

    private static final int CAPACITY_BATCHES = 4;
    private static final int LEAST_CAPACITY_BATCHES = 2;
    private static final int DEFAULT_TIMEOUT_MS = 60_000;

    /** Options of {@link #from(Map)}, with what they mean and their defaults. */
    public static final Map<String, String> KEYS = keys();

    public PredictOptions {
        model = Map.copyOf(model);
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(order, "order");
        int least = LEAST_CAPACITY_BATCHES * ModelOptions.from(model).maxBatchRecords();
        if (capacity < least) {
            throw new IllegalArgumentException(
                    CAPACITY + " is " + capacity + ", expected at least two batches of batch.max.records: " + least);
        }
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException(TIMEOUT + " is " + timeout.toMillis() + ", expected 1 or more");
        }
    }

    /**
     * Options from strings, such as a properties file's: the keys of {@link ModelOptions}, {@code capacity}, {@code timeout.ms} and
     * {@code order}. Whatever can be checked without the model is checked here.
     *
     * @throws IllegalArgumentException for an unknown key (the nearest known one is named) or a value that cannot be read
     */
    public static PredictOptions from(Map<String, String> values) {
        Map<String, String> model = new HashMap<>();
        for (Map.Entry<String, String> entry : new TreeMap<>(values).entrySet()) {
            String key = entry.getKey();
            if (!KEYS.containsKey(key)) {
                throw new IllegalArgumentException("unknown option '" + key + "', did you mean '"
                        + NearestName.of(key, KEYS.keySet()) + "'? Known: " + new TreeSet<>(KEYS.keySet()));
            }
            if (ModelOptions.KEYS.containsKey(key)) {
                model.put(key, entry.getValue());
            }
        }
        int capacity = integer(
                values, CAPACITY, CAPACITY_BATCHES * ModelOptions.from(model).maxBatchRecords());
        Duration timeout = Duration.ofMillis(integer(values, TIMEOUT, DEFAULT_TIMEOUT_MS));
        return new PredictOptions(model, capacity, timeout, order(values.get(ORDER)));
    }

    /** The defaults for a model directory of the TaskManagers. */
    public static PredictOptions of(String model) {
        return from(Map.of("model", model));
    }

    public PredictOptions withCapacity(int records) {
        return new PredictOptions(model, records, timeout, order);
    }

    public PredictOptions withTimeout(Duration value) {
        return new PredictOptions(model, capacity, value, order);
    }

    public PredictOptions withOrder(Order value) {
        return new PredictOptions(model, capacity, timeout, value);
    }

    /** How the model is opened on this machine. */
    ModelOptions modelOptions(ModelLocation location) {
        return ModelOptions.from(location.local(model));
    }

    private static Map<String, String> keys() {
        Map<String, String> keys = new TreeMap<>(ModelOptions.KEYS);
        keys.put(CAPACITY, "records of one subtask that may wait for predictions; default 4 batches, at least 2");
        keys.put(TIMEOUT, "how long a record may wait before it becomes an error; default " + DEFAULT_TIMEOUT_MS);
        keys.put(ORDER, "unordered or ordered; default unordered");
        return Collections.unmodifiableMap(keys);
    }

    private static Order order(@Nullable String value) {
        if (value == null) {
            return Order.UNORDERED;
        }
        for (Order order : Order.values()) {
            if (order.name().equalsIgnoreCase(value.strip())) {
                return order;
            }
        }
        throw new IllegalArgumentException(ORDER + " is '" + value + "', expected unordered or ordered");
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
}
