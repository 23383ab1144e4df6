package io.github.debertastreams.kafka;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream thread's consumer whose {@code poll} returns when a pending result can be forwarded, not only when records are there. So a
 * task need not wait for a prediction, and the thread fetches what comes next while the model is at work.
 *
 * <p>It looks once a millisecond while something is pending, and waits as Kafka's own consumer does while nothing is. ({@code
 * wakeup} would tell it at once, but may meet the thread in another call, which then fails.)
 */
final class LookingConsumer implements InvocationHandler {

    private static final Duration LOOK = Duration.ofMillis(1);

    private final Consumer<byte[], byte[]> consumer;

    private LookingConsumer(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Kafka's own clients, with such consumers for the stream threads. */
    static final class Clients implements KafkaClientSupplier {

        @Override
        public Admin getAdmin(Map<String, Object> config) {
            return Admin.create(config);
        }

        @Override
        public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
            return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
            return of(kafkaConsumer(config));
        }

        @Override
        public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
            return kafkaConsumer(config);
        }

        @Override
        public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
            return kafkaConsumer(config);
        }

        private static Consumer<byte[], byte[]> kafkaConsumer(Map<String, Object> config) {
            return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }
    }

    @SuppressWarnings("unchecked")
    static Consumer<byte[], byte[]> of(Consumer<byte[], byte[]> consumer) {
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                LookingConsumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, new LookingConsumer(consumer));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("poll") && arguments != null && arguments[0] instanceof Duration timeout) {
            return poll(timeout);
        }
        try {
            return method.invoke(consumer, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        StreamThreadPending pending = StreamThreadPending.ofThread();
        pending.lookAt();
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            long start = System.nanoTime();
            Duration left = Duration.ofNanos(Math.max(0, end - start));
            boolean ready = pending.isReady();
            Duration wait = ready ? Duration.ZERO : pending.isEmpty() || left.compareTo(LOOK) < 0 ? left : LOOK;
            ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
            long now = System.nanoTime();
            // one that returns early has news, if only of an offset
            if (!records.isEmpty() || ready || now < start + wait.toNanos() || now >= end) {
                return records;
            }
        }
    }
}
