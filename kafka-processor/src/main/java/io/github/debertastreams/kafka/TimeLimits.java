package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.rules.Rule;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long Kafka waits for a thread before it takes its work away. A commit waits for the pending records of its tasks, and nothing
 * interrupts a batch, so that options which cannot be met would have records read again and again.
 *
 * @param name the key of the shorter limit
 */
record TimeLimits(String name, Duration limit) {

    private static final Logger log = LoggerFactory.getLogger(TimeLimits.class);

    private static final String TRANSACTION_TIMEOUT =
            StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
    private static final int DEFAULT_TRANSACTION_MILLIS = 10_000;
    private static final int DEFAULT_POLL_MILLIS = 300_000;
    private static final int DEFAULT_COMMIT_MILLIS = 30_000;

    /** @throws IllegalArgumentException where the settings cannot go together */
    static TimeLimits of(Properties streams) {
        Duration poll = first(
                streams,
                DEFAULT_POLL_MILLIS,
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        TimeLimits limits = new TimeLimits(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, poll);
        if (StreamsConfig.EXACTLY_ONCE_V2.equals(streams.getProperty(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))) {
            Duration transaction = first(
                    streams,
                    DEFAULT_TRANSACTION_MILLIS,
                    TRANSACTION_TIMEOUT,
                    ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
            if (transaction.compareTo(poll) < 0) {
                limits = new TimeLimits(TRANSACTION_TIMEOUT, transaction);
            }
        }
        Duration commit = first(streams, DEFAULT_COMMIT_MILLIS, StreamsConfig.COMMIT_INTERVAL_MS_CONFIG);
        if (commit.compareTo(limits.limit) >= 0) {
            throw new IllegalArgumentException(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG + " is " + commit.toMillis()
                    + ", expected less than " + limits);
        }
        return limits;
    }

    /**
     * How many records of a task may wait, so that half of the limit is enough for them even if all have the longest text.
     *
     * @param trial what a full batch takes on this machine
     * @throws IllegalArgumentException where the setting, or a single batch, takes longer than the limit
     */
    int maxPending(Rule rule, BatchTrial trial) {
        ModelOptions options = rule.modelOptions();
        if (trial.time().compareTo(limit) >= 0) {
            throw new IllegalArgumentException("rule '" + rule.name() + "': a full batch (batch.max.records="
                    + options.maxBatchRecords() + ", batch.max.tokens=" + options.maxBatchTokens() + ") takes "
                    + trial.time().toMillis() + " ms here, expected less than " + this
                    + ": make batches smaller, or the limit longer");
        }
        int wanted = KafkaProcessorConfig.maxPending(rule);
        if (drain(wanted, options, trial).compareTo(limit.dividedBy(2)) <= 0) {
            return wanted;
        }
        if (KafkaProcessorConfig.saysMaxPending(rule)) {
            if (drain(wanted, options, trial).compareTo(limit) > 0) {
                throw new IllegalArgumentException(
                        rule.values().name(KafkaProcessorConfig.MAX_PENDING) + " is " + wanted
                                + ": so many of the longest texts take "
                                + drain(wanted, options, trial).toMillis() + " ms here, more than " + this);
            }
            return wanted;
        }
        int fewer = wanted;
        while (fewer > 1 && drain(fewer, options, trial).compareTo(limit.dividedBy(2)) > 0) {
            fewer /= 2;
        }
        log.warn(
                "rule {}: at most {} records of a task wait at a time, not {}: a batch takes {} ms here, and {}",
                rule.name(),
                fewer,
                wanted,
                trial.time().toMillis(),
                this);
        return fewer;
    }

    /** The time of so many of the longest texts, with all workers. */
    private static Duration drain(int records, ModelOptions options, BatchTrial trial) {
        int perBatch = Math.max(1, Math.min(options.maxBatchRecords(), options.maxBatchTokens() / trial.longest()));
        int textsPerBatch = perBatch / trial.sequences();
        long batches = textsPerBatch > 0 // the sequences of a text stay together where a batch can hold them
                ? (records + textsPerBatch - 1L) / textsPerBatch
                : ((long) records * trial.sequences() + perBatch - 1) / perBatch;
        return trial.time().multipliedBy((batches + options.workers() - 1) / options.workers());
    }

    private static Duration first(Properties streams, int fallback, String... keys) {
        for (String key : keys) {
            String value = streams.getProperty(key);
            if (value != null) {
                try {
                    return Duration.ofMillis(Long.parseLong(value));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(key + " is '" + value + "', expected a whole number", e);
                }
            }
        }
        return Duration.ofMillis(fallback);
    }

    @Override
    public String toString() {
        return name + "=" + limit.toMillis();
    }
}
