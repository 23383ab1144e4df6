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

/**
 * What the processor does, from one properties file in the format of {@link Rules}; keys without a prefix are Kafka's.
 *
 * @param maxThreadRestarts failed stream threads that are replaced before the program gives up
 * @param streams for {@code KafkaStreams}; owned by this record
 */
record KafkaProcessorConfig(List<Rule> rules, int maxThreadRestarts, Properties streams) {

    private static final String MAX_PENDING = "max.pending";
    private static final String MAX_THREAD_RESTARTS = "max.thread.restarts";

    /** The keys that are this host's alone. */
    static final HostKeys KEYS = new HostKeys(
            Map.of(
                    MAX_PENDING,
                    "records of one task that may wait for predictions; default 4 batches",
                    RuleKeys.onError(ErrorKind.TOO_LARGE),
                    "what becomes of a prediction above max.request.size; default: what on.error says"),
            Map.of(MAX_THREAD_RESTARTS, "failed threads that are replaced before the program stops; default 5"));

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
        Rules rules = Rules.from(properties, KEYS);
        Properties streams = new Properties();
        streams.putAll(STREAMS_DEFAULTS);
        streams.putAll(rules.passThrough());
        if (!streams.containsKey(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IllegalArgumentException("key '" + StreamsConfig.BOOTSTRAP_SERVERS_CONFIG + "' is missing");
        }
        rules.rules().forEach(KafkaProcessorConfig::maxPending);
        RequestSize.of(streams);
        return new KafkaProcessorConfig(rules.rules(), rules.host().integer(MAX_THREAD_RESTARTS, 5, 0), streams);
    }

    /** What the tasks of a rule share. */
    static PredictSettings<byte[], byte[]> settings(Rule rule, Function<ModelOptions, TextModel> open) {
        return PredictSettings.<byte[], byte[]>of(
                        rule.modelOptions(), rule.input().extractor(), open)
                .withStoreName(PredictSettings.storeName(rule.name()))
                .withMaxPending(maxPending(rule))
                .withErrors(rule.errors());
    }

    static int maxPending(Rule rule) {
        return rule.values().integer(MAX_PENDING, PredictSettings.defaultMaxPending(rule.modelOptions()), 1);
    }

    /** Without values, which may be secrets. */
    @Override
    public String toString() {
        return "rules " + rules.stream().map(Rule::name).toList();
    }
}
