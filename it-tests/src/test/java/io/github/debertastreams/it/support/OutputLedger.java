package io.github.debertastreams.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.Prediction;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Counts the predictions of a topic by the sequence id in their key, as a reader under read_committed sees them. */
public final class OutputLedger implements AutoCloseable {

    private final Map<String, Integer> counts = new HashMap<>();
    private final Deserializer<Prediction> predictions =
            KafkaSerdes.predictions().deserializer();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private int strangers;
    private long lastSeen = System.nanoTime();

    public OutputLedger(String bootstrapServers, String topic) {
        this.topic = topic;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "group.id", "ledger-" + topic,
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest",
                        "enable.auto.commit", "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
    }

    public void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            String id = new String(record.key(), UTF_8);
            counts.merge(id, 1, Integer::sum);
            lastSeen = System.nanoTime();
            Prediction prediction = predictions.deserialize(topic, record.value());
            if (!(prediction.getResult() instanceof ClassificationResult result)
                    || !result.getLabels().get(0).getLabel().equals("message " + id)) {
                strangers++;
            }
        }
    }

    /** Different ids seen. */
    public int seen() {
        return counts.size();
    }

    public Duration quiet() {
        return Duration.ofNanos(System.nanoTime() - lastSeen);
    }

    public int duplicated() {
        return counts.values().stream().mapToInt(count -> count - 1).sum();
    }

    /** Ids from 0 that have no prediction. */
    public int lost(int sent) {
        int lost = 0;
        for (int id = 0; id < sent; id++) {
            if (!counts.containsKey(Integer.toString(id))) {
                lost++;
            }
        }
        return lost;
    }

    /** Predictions that were not made from the text of their own record. */
    public int strangers() {
        return strangers;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
