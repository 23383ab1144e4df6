package io.github.debertastreams.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the predictions of a topic by the sequence id in their key, as a reader under read_committed sees them. */
public final class OutputLedger implements AutoCloseable {

    private final Map<String, Integer> counts = new HashMap<>();
    private final Function<byte[], Prediction> decoder;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Integer> revisions = new HashMap<>();
    private final BiPredicate<String, Prediction> expected;
    private int strangers;
    private long lastSeen = System.nanoTime();

    /** Of predictions that repeat {@code message ID}. */
    public OutputLedger(String bootstrapServers, String topic) {
        this(bootstrapServers, topic, OutputLedger::repeats);
    }

    /** @param expected whether a prediction may be that of this id */
    public OutputLedger(String bootstrapServers, String topic, BiPredicate<String, Prediction> expected) {
        this(bootstrapServers, topic, PredictionCodec.predictions()::decode, expected);
    }

    /** The same for values that are written otherwise. */
    public OutputLedger(
            String bootstrapServers,
            String topic,
            Function<byte[], Prediction> decoder,
            BiPredicate<String, Prediction> expected) {
        this.decoder = decoder;
        this.expected = expected;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "none"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        // no group, which a broker could forget, and would then have us read all from the start again
        List<PartitionInfo> known = consumer.partitionsFor(topic);
        while (known.isEmpty()) { // the broker learns of a new topic a little later than the controller
            known = consumer.partitionsFor(topic);
        }
        List<TopicPartition> partitions = known.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    public void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            String id = new String(record.key(), UTF_8);
            counts.merge(id, 1, Integer::sum);
            lastSeen = System.nanoTime();
            Prediction prediction = decoder.apply(record.value());
            revisions.merge(prediction.getModelRevision(), 1, Integer::sum);
            if (!expected.test(id, prediction)) {
                strangers++;
            }
        }
    }

    /** Whether a prediction repeats the text of this id. */
    public static boolean repeats(String id, Prediction prediction) {
        return prediction.getResult() instanceof ClassificationResult result
                && result.getLabels().get(0).getLabel().equals("message " + id);
    }

    /** Predictions by the revision that made them. */
    public Map<String, Integer> revisions() {
        return Map.copyOf(revisions);
    }

    /** Different ids seen. */
    public int seen() {
        return counts.size();
    }

    /** Counts quiet from now on: nobody has polled for a while. */
    public void listen() {
        lastSeen = System.nanoTime();
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
