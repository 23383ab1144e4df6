package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NearestName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * What the processor does, from one properties file: keys that start with {@code deberta.} are its own, all others are Kafka's.
 *
 * @param extractor from a value's bytes to its text, by {@code deberta.input.*}
 * @param maxPending records of one task that may wait for predictions
 * @param maxThreadRestarts failed stream threads that are replaced before the program gives up
 * @param streams for {@code KafkaStreams}; owned by this record
 */
record KafkaProcessorConfig(
        String inputTopic,
        TextExtractor<byte[], byte[]> extractor,
        String outputTopic,
        ModelOptions model,
        int maxPending,
        int maxThreadRestarts,
        Properties streams) {

    static final String PREFIX = "deberta.";
    private static final String INPUT_TOPIC = PREFIX + "input.topic";
    private static final String INPUT_FORMAT = PREFIX + "input.format";
    private static final String INPUT_FIELD = PREFIX + "input.field";
    private static final String INPUT_PAIR_FIELD = PREFIX + "input.pair.field";
    private static final String INPUT_ID_FIELD = PREFIX + "input.id.field";
    private static final String INPUT_SCHEMA = PREFIX + "input.schema";
    private static final String OUTPUT_TOPIC = PREFIX + "output.topic";
    private static final String MAX_PENDING = PREFIX + "max.pending";
    private static final String MAX_THREAD_RESTARTS = PREFIX + "max.thread.restarts";

    /** Every key of its own, with its meaning and default. */
    static final Map<String, String> KEYS = keys();

    /** Kafka's settings where the file says nothing. */
    static final Map<String, String> STREAMS_DEFAULTS = Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG,
            "deberta",
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            StreamsConfig.EXACTLY_ONCE_V2,
            // every commit waits for the pending predictions: often enough for latency, seldom enough for full batches
            StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
            "200",
            // the grain at which finished predictions are noticed while no record comes in
            StreamsConfig.POLL_MS_CONFIG,
            "10",
            // a commit may wait for the pending records of all tasks of a thread; after a crash, readers wait this long
            // at most
            StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
            "30000");

    /**
     * Reads and checks everything that can be checked without a broker or a model.
     *
     * @throws IllegalArgumentException naming the key, what was found and what was expected
     */
    static KafkaProcessorConfig from(Properties properties) {
        Map<String, String> own = new TreeMap<>();
        Properties streams = new Properties();
        streams.putAll(STREAMS_DEFAULTS);
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(PREFIX)) {
                own.put(key, properties.getProperty(key).strip());
            } else {
                streams.setProperty(key, properties.getProperty(key).strip());
            }
        }
        requireKnown(own);
        required(streams.getProperty(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG), StreamsConfig.BOOTSTRAP_SERVERS_CONFIG);
        ModelOptions model = model(own);
        return new KafkaProcessorConfig(
                required(own.get(INPUT_TOPIC), INPUT_TOPIC),
                extractor(own),
                required(own.get(OUTPUT_TOPIC), OUTPUT_TOPIC),
                model,
                integer(own, MAX_PENDING, 4 * model.maxBatchRecords(), 1),
                integer(own, MAX_THREAD_RESTARTS, 5, 0),
                streams);
    }

    private static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put(INPUT_TOPIC, "topic to read; required");
        keys.put(INPUT_FORMAT, "string, json or avro; default string");
        keys.put(INPUT_FIELD, "where the text is, such as /payload/text; default /text");
        keys.put(INPUT_PAIR_FIELD, "where the second text is; default: there is none");
        keys.put(INPUT_ID_FIELD, "where the prediction's id is; default: topic-partition@offset");
        keys.put(INPUT_SCHEMA, "Avro schema file of the values; default: TextEvent in single-object encoding");
        keys.put(OUTPUT_TOPIC, "topic to write; required");
        keys.put(MAX_PENDING, "records of one task that may wait for predictions; default 4 batches");
        keys.put(MAX_THREAD_RESTARTS, "failed threads that are replaced before the program stops; default 5");
        new TreeMap<>(ModelOptions.KEYS).forEach((key, meaning) -> keys.put(PREFIX + key, meaning));
        return Collections.unmodifiableMap(keys);
    }

    private static void requireKnown(Map<String, String> own) {
        for (String key : own.keySet()) {
            if (!KEYS.containsKey(key)) {
                throw new IllegalArgumentException("unknown key '" + key + "', did you mean '"
                        + NearestName.of(key, KEYS.keySet()) + "'? Known: " + new TreeSet<>(KEYS.keySet()));
            }
        }
    }

    private static ModelOptions model(Map<String, String> own) {
        required(own.get(PREFIX + "model"), PREFIX + "model");
        Map<String, String> options = new TreeMap<>();
        for (String key : ModelOptions.KEYS.keySet()) {
            String value = own.get(PREFIX + key);
            if (value != null) {
                options.put(key, value);
            }
        }
        return ModelOptions.from(options);
    }

    private static TextExtractor<byte[], byte[]> extractor(Map<String, String> own) {
        InputFields fields = new InputFields(
                own.getOrDefault(INPUT_FIELD, "/text"), own.get(INPUT_PAIR_FIELD), own.get(INPUT_ID_FIELD));
        String schema = own.get(INPUT_SCHEMA);
        InputFormat format = format(own.getOrDefault(INPUT_FORMAT, "string"));
        if (schema != null && format != InputFormat.AVRO) {
            throw new IllegalArgumentException(INPUT_SCHEMA + " is set, but " + INPUT_FORMAT + " is not avro");
        }
        boolean hasFields =
                own.containsKey(INPUT_FIELD) || own.containsKey(INPUT_PAIR_FIELD) || own.containsKey(INPUT_ID_FIELD);
        if (hasFields && (format == InputFormat.STRING || (format == InputFormat.AVRO && schema == null))) {
            throw new IllegalArgumentException(
                    INPUT_FIELD + " and its like need " + INPUT_FORMAT + "=json, or avro with " + INPUT_SCHEMA
                            + ": a string and a TextEvent have their text in one place");
        }
        return switch (format) {
            case STRING -> InputDecoder.string();
            case JSON -> InputDecoder.json(fields);
            case AVRO -> schema == null ? InputDecoder.textEvents() : InputDecoder.avro(schema(schema), fields);
        };
    }

    private static InputFormat format(String value) {
        for (InputFormat format : InputFormat.values()) {
            if (format.name().equalsIgnoreCase(value)) {
                return format;
            }
        }
        throw new IllegalArgumentException(
                INPUT_FORMAT + " is '" + value.toLowerCase(Locale.ROOT) + "', expected string, json or avro");
    }

    private static Schema schema(String file) {
        try {
            return new Schema.Parser().parse(Path.of(file).toFile());
        } catch (IOException e) {
            throw new IllegalArgumentException(INPUT_SCHEMA + ": cannot read '" + file + "': " + e.getMessage(), e);
        } catch (SchemaParseException e) {
            throw new IllegalArgumentException(
                    INPUT_SCHEMA + ": '" + file + "' is not an Avro schema: " + e.getMessage(), e);
        }
    }

    private static String required(@Nullable String value, String key) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("key '" + key + "' is missing");
        }
        return value;
    }

    private static int integer(Map<String, String> own, String key, int fallback, int least) {
        String value = own.get(key);
        if (value == null) {
            return fallback;
        }
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is '" + value + "', expected a whole number", e);
        }
        if (number < least) {
            throw new IllegalArgumentException(key + " is " + number + ", expected " + least + " or more");
        }
        return number;
    }
}
