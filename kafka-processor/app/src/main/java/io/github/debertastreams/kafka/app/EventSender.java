package io.github.debertastreams.kafka.app;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Sends events to a topic at a steady rate; closing it waits for what is on its way, and then it is known what has arrived. */
final class EventSender<T> implements AutoCloseable {

    private static final long NANOS = 1_000_000_000L;

    private final Producer<String, T> producer;
    private final String topic;
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile @Nullable Exception failure;

    EventSender(Producer<String, T> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    static <T> EventSender<T> to(String bootstrapServers, String topic, Serializer<T> serializer) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "2");
        return new EventSender<>(new KafkaProducer<>(settings, new StringSerializer(), serializer), topic);
    }

    /** Events that the broker has. */
    int arrived() {
        return arrived.get();
    }

    /** Why one of the others did not arrive; null where all that were sent did. */
    @Nullable
    Exception failure() {
        return failure;
    }

    /**
     * Sends the events from 0 on, until interrupted.
     *
     * @param records how many
     * @param rate events a second; 0: as fast as it goes
     */
    void send(int records, int rate, IntFunction<String> key, IntFunction<T> value) {
        long start = System.nanoTime();
        for (int index = 0; index < records && !Thread.currentThread().isInterrupted(); index++) {
            if (rate > 0) {
                awaitNanoTime(start + index * NANOS / rate);
            }
            producer.send(new ProducerRecord<>(topic, key.apply(index), value.apply(index)), this::sent);
        }
    }

    private void sent(@Nullable RecordMetadata place, @Nullable Exception problem) {
        if (problem == null) {
            arrived.incrementAndGet();
        } else {
            failure = problem;
        }
    }

    private static void awaitNanoTime(long due) {
        long wait = due - System.nanoTime();
        while (wait > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(wait);
            wait = due - System.nanoTime();
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
