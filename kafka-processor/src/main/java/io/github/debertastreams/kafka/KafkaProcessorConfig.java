package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.rules.HostKeys;
import io.github.debertastreams.rules.Rule;
import io.github.debertastreams.rules.RuleKeys;
import io.github.debertastreams.rules.Rules;
import io.github.debertastreams.schemas.ErrorKind;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp;

/**
 * What the processor does, from one properties file in the format of {@link Rules}; keys without a prefix are Kafka's.
 *
 * @param streams for {@code KafkaStreams}; owned by this record
 */
record KafkaProcessorConfig(List<Rule> rules, Operations operations, Properties streams) {

    static final String MAX_PENDING = "max.pending";
    private static final String WATCH = "model.watch";

    private static final String PROCESSING_HANDLER = "processing.exception.handler";

    /** The keys that are this host's alone. */
    static final HostKeys KEYS = new HostKeys(
            Map.of(
                    MAX_PENDING,
                    "records of one partition that the model is given at a time; default 4 batches, fewer on a slow machine",
                    WATCH,
                    "whether another revision of the model takes over when it appears in its place; default false",
                    RuleKeys.onError(ErrorKind.TOO_LARGE),
                    "what becomes of a prediction above max.request.size; default: what on.error says"),
            Operations.KEYS);

    /** Kafka's settings where the file says nothing. */
    static final Map<String, String> STREAMS_DEFAULTS = Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG,
            "deberta",
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            StreamsConfig.EXACTLY_ONCE_V2,
            // often enough for who reads what is committed
            StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
            "200",
            // the grain at which finished predictions are noticed while no record comes in
            StreamsConfig.POLL_MS_CONFIG,
            "10",
            // a record without a valid time is still a record
            StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
            UsePartitionTimeOnInvalidTimestamp.class.getName(),
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
        Rules rules = Rules.from(properties, KEYS);
        Properties streams = new Properties();
        streams.putAll(STREAMS_DEFAULTS);
        streams.putAll(rules.passThrough());
        if (!streams.containsKey(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IllegalArgumentException("key '" + StreamsConfig.BOOTSTRAP_SERVERS_CONFIG + "' is missing");
        }
        refuseToSkip(streams);
        RequestSize.of(streams);
        TimeLimits.of(streams);
        for (Rule rule : rules.rules()) {
            maxPending(rule);
            watches(rule);
        }
        return new KafkaProcessorConfig(rules.rules(), Operations.from(rules.host()), streams);
    }

    /** A handler that goes on after a failure of the processor would drop what was pending with the record that it sees. */
    private static void refuseToSkip(Properties streams) {
        String handler = String.valueOf(streams.get(PROCESSING_HANDLER));
        if (handler.endsWith("LogAndContinueProcessingExceptionHandler")) {
            throw new IllegalArgumentException(PROCESSING_HANDLER + " is " + handler
                    + ", which loses records: say what becomes of them with deberta.on.error");
        }
    }

    /** What the tasks of a rule share. */
    static PredictSettings<byte[], byte[]> settings(Rule rule, Function<ModelOptions, TextModel> open, int maxPending) {
        return PredictSettings.<byte[], byte[]>of(
                        rule.modelOptions(), rule.input().extractor(), open)
                .withStoreName(PredictSettings.storeName(rule.name()))
                .withMaxPending(maxPending)
                .withErrors(rule.errors());
    }

    static boolean watches(Rule rule) {
        return rule.values().flag(WATCH, false);
    }

    static boolean saysMaxPending(Rule rule) {
        return rule.values().has(MAX_PENDING);
    }

    static int maxPending(Rule rule) {
        return rule.values().integer(MAX_PENDING, PredictSettings.defaultMaxPending(rule.modelOptions()), 1);
    }

    /** For one {@code KafkaStreams}, whose topology may add to them. */
    Properties copyOfStreams() {
        Properties copy = new Properties();
        copy.putAll(streams);
        return copy;
    }

    /** Without values, which may be secrets. */
    @Override
    public String toString() {
        return "rules " + rules.stream().map(Rule::name).toList();
    }
}
