package io.github.debertastreams.flink.job;

import io.github.debertastreams.flink.PredictOptions;
import io.github.debertastreams.rules.HostKeys;
import io.github.debertastreams.rules.Rule;
import io.github.debertastreams.rules.RuleKeys;
import io.github.debertastreams.rules.RuleValues;
import io.github.debertastreams.rules.Rules;
import io.github.debertastreams.schemas.ErrorKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * What the job does, from one properties file in the format of {@link Rules}, which the Kafka host reads too; keys without a prefix
 * are Kafka's.
 *
 * @param name of the job, and what its consumer group and its transactions are called by
 * @param checkpoints between two of them
 * @param bounded whether the job ends at what the topics hold when it starts
 */
record JobConfig(
        List<Rule> rules,
        String name,
        DeliveryGuarantee guarantee,
        Duration checkpoints,
        boolean bounded,
        KafkaClients kafka) {

    private static final String NAME = "job.name";
    private static final String CHECKPOINTS = "checkpoint.interval.ms";
    private static final String BOUNDED = "bounded";
    private static final int DEFAULT_CHECKPOINTS_MS = 10_000;
    private static final int LEAST_CHECKPOINTS_MS = 10;

    static final HostKeys KEYS = new HostKeys(
            ofRules(),
            Map.of(
                    NAME,
                    "name of the job, of its consumer group and of its transactions; default: what application.id says, or"
                            + " else deberta",
                    CHECKPOINTS,
                    "time between two checkpoints, which is when predictions are seen; default 10000",
                    BOUNDED,
                    "whether the job ends at the end that the topics have when it starts; default false"));

    /**
     * Reads and checks everything that can be checked without a broker or a model.
     *
     * @throws IllegalArgumentException naming the key, what was found and what was expected
     */
    static JobConfig from(Properties properties) {
        Rules rules = Rules.from(properties, KEYS);
        KafkaClients kafka = KafkaClients.from(rules.passThrough());
        RuleValues host = rules.host();
        String name = host.get(NAME, kafka.applicationId());
        rules.rules().forEach(JobConfig::predictOptions);
        Duration checkpoints =
                Duration.ofMillis(host.integer(CHECKPOINTS, DEFAULT_CHECKPOINTS_MS, LEAST_CHECKPOINTS_MS));
        DeliveryGuarantee guarantee = kafka.guarantee();
        if (guarantee == DeliveryGuarantee.EXACTLY_ONCE && kafka.transactionTimeoutMs() <= checkpoints.toMillis()) {
            throw new IllegalArgumentException("producer.transaction.timeout.ms is " + kafka.transactionTimeoutMs()
                    + ", expected more than " + host.name(CHECKPOINTS) + ", " + checkpoints.toMillis()
                    + ", and the longest outage: what is not committed by then is lost");
        }
        return new JobConfig(rules.rules(), name, guarantee, checkpoints, host.flag(BOUNDED, false), kafka);
    }

    /**
     * How a rule's stream is predicted.
     *
     * @throws IllegalArgumentException naming the rule and the key as it stands in the file
     */
    static PredictOptions predictOptions(Rule rule) {
        try {
            return PredictOptions.from(rule.values().subset(PredictOptions.KEYS.keySet()));
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            String key = message.split(" ", 2)[0];
            String named = PredictOptions.KEYS.containsKey(key)
                    ? rule.values().name(key) + message.substring(key.length())
                    : message;
            throw new IllegalArgumentException("rule '" + rule.name() + "': " + named, e);
        }
    }

    /** Without values, which may be secrets. */
    @Override
    public String toString() {
        return "job " + name + ", rules " + rules.stream().map(Rule::name).toList();
    }

    private static Map<String, String> ofRules() {
        Map<String, String> keys = new HashMap<>(PredictOptions.KEYS);
        keys.keySet().removeAll(RuleKeys.KEYS.keySet());
        keys.put(
                RuleKeys.onError(ErrorKind.TOO_LARGE),
                "what becomes of a prediction above max.request.size; default: what on.error says");
        keys.put(
                RuleKeys.onError(ErrorKind.TIMEOUT),
                "what becomes of a record without a prediction within timeout.ms; default: what on.error says");
        return keys;
    }
}
