package io.github.debertastreams.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends {@code message 0}, {@code message 1} … with the number as key, in a thread of its own, at a steady rate. Partitions are
 * drawn at random with a fixed seed: were they taken in turn, the batches of all tasks would be full in the same moment.
 */
public final class PacedSender implements AutoCloseable {

    private static final int PER_TICK = 15;
    private static final int TICK_MILLIS = 10;
    private static final int MILLIS = 1_000;

    private final Thread thread;
    private final Function<Integer, byte[]> value;
    private final int tickMillis;
    private volatile int sent;
    private volatile int limit = Integer.MAX_VALUE;

    public PacedSender(String bootstrapServers, String topic, int partitions, int records) {
        this(bootstrapServers, topic, partitions, records, PER_TICK * MILLIS / TICK_MILLIS, PacedSender::text);
    }

    /** @param perSecond records a second, at most */
    public PacedSender(
            String bootstrapServers,
            String topic,
            int partitions,
            int records,
            int perSecond,
            Function<Integer, byte[]> value) {
        this.value = value;
        this.tickMillis = PER_TICK * MILLIS / perSecond;
        this.thread = new Thread(() -> send(bootstrapServers, topic, partitions, records), "sender-" + topic);
        thread.setDaemon(true);
        thread.start();
    }

    /** The text of a record. */
    public static byte[] text(int id) {
        return ("message " + id).getBytes(UTF_8);
    }

    /** Records sent so far. */
    public int sent() {
        return sent;
    }

    /** Sends this many records of all and then waits, until told otherwise. */
    public void sendUpTo(int records) {
        limit = records;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void send(String bootstrapServers, String topic, int partitions, int records) {
        Random random = new Random(1);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "acks",
                        "all",
                        // a broker that is killed comes back
                        "delivery.timeout.ms",
                        "600000"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int id = 0; id < records; id++) {
                while (id >= limit) {
                    Thread.sleep(TICK_MILLIS);
                }
                byte[] key = Integer.toString(id).getBytes(UTF_8);
                var sending =
                        producer.send(new ProducerRecord<>(topic, random.nextInt(partitions), key, value.apply(id)));
                if (id % PER_TICK == PER_TICK - 1 || id == records - 1) {
                    sending.get();
                    sent = id + 1;
                    Thread.sleep(tickMillis);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } catch (ExecutionException e) {
            throw new IllegalStateException("record not sent to " + topic, e);
        }
    }
}
