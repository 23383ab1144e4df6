package io.github.debertastreams.kafka.app;

import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends events to a topic at a steady rate; closing it waits for what is on its way. */
final class EventSender<T> implements AutoCloseable {

    private static final long NANOS = 1_000_000_000L;

    private final KafkaProducer<String, T> producer;
    private final String topic;

    EventSender(String bootstrapServers, String topic, Serializer<T> serializer) {
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "2"), new StringSerializer(), serializer);
        this.topic = topic;
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
            producer.send(new ProducerRecord<>(topic, key.apply(index), value.apply(index)));
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
