package io.github.debertastreams.flink.job;

import io.github.debertastreams.rules.RequestLimit;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Kafka's settings as Kafka Streams reads them too: {@code consumer.} and {@code producer.} before a key mean one client, a key
 * without means both, and keys that neither knows, such as those of Streams, are left alone.
 */
record KafkaClients(Map<String, String> settings) {

    private static final String APPLICATION_ID = "application.id";
    private static final String GUARANTEE = "processing.guarantee";
    private static final String DEFAULT_NAME = "deberta";
    /** Flink's own default is an hour, which brokers refuse; this is their default maximum. */
    private static final int DEFAULT_TRANSACTION_TIMEOUT_MS = 900_000;

    static KafkaClients from(Map<String, String> settings) {
        KafkaClients clients = new KafkaClients(Map.copyOf(settings));
        if (!settings.containsKey(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IllegalArgumentException("key '" + ProducerConfig.BOOTSTRAP_SERVERS_CONFIG + "' is missing");
        }
        clients.guarantee();
        clients.fromLatest();
        clients.requestLimit();
        return clients;
    }

    String bootstrapServers() {
        return settings.getOrDefault(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "");
    }

    String applicationId() {
        return settings.getOrDefault(APPLICATION_ID, DEFAULT_NAME);
    }

    /** What the file says, or else the job's name. */
    String groupId(String job) {
        return consumer().getProperty(ConsumerConfig.GROUP_ID_CONFIG, job);
    }

    /** In the words of Kafka Streams. */
    DeliveryGuarantee guarantee() {
        String value = settings.getOrDefault(GUARANTEE, "exactly_once_v2");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "exactly_once_v2" -> DeliveryGuarantee.EXACTLY_ONCE;
            case "at_least_once" -> DeliveryGuarantee.AT_LEAST_ONCE;
            default ->
                throw new IllegalArgumentException(
                        GUARANTEE + " is '" + value + "', expected exactly_once_v2 or at_least_once");
        };
    }

    /** Whether a topic without a committed offset is read from its end. */
    boolean fromLatest() {
        String value = consumer().getProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return switch (value) {
            case "earliest" -> false;
            case "latest" -> true;
            default ->
                throw new IllegalArgumentException(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG + " is '" + value + "', expected earliest or latest");
        };
    }

    int transactionTimeoutMs() {
        return number(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, DEFAULT_TRANSACTION_TIMEOUT_MS);
    }

    RequestLimit requestLimit() {
        return new RequestLimit(number(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RequestLimit.DEFAULT.bytes()));
    }

    /** Exactly once, what a transaction has aborted is not read, as with Kafka Streams. */
    Properties consumer() {
        Properties consumer = of("consumer.", ConsumerConfig.configNames());
        if (guarantee() == DeliveryGuarantee.EXACTLY_ONCE) {
            consumer.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        }
        return consumer;
    }

    Properties producer() {
        Properties producer = of("producer.", ProducerConfig.configNames());
        producer.setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Integer.toString(transactionTimeoutMs()));
        return producer;
    }

    private int number(String key, int fallback) {
        String value = of("producer.", Set.of(key)).getProperty(key, Integer.toString(fallback));
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is '" + value + "', expected a whole number", e);
        }
    }

    private Properties of(String prefix, Set<String> known) {
        Properties client = new Properties();
        settings.forEach((key, value) -> {
            if (known.contains(key)) {
                client.setProperty(key, value);
            }
        });
        settings.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                client.setProperty(key.substring(prefix.length()), value);
            }
        });
        return client;
    }

    /** Without values, which may be secrets. */
    @Override
    public String toString() {
        return "Kafka's settings " + settings.keySet();
    }
}
