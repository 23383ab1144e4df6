package io.github.debertastreams.kafka.benchmark;

import io.github.debertastreams.kafka.DebertaProcessor;
import io.github.debertastreams.kafka.app.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/** Runs topologies against a broker under exactly_once_v2, and reads what comes out. */
final class BenchRun implements AutoCloseable {

    private static final int PARTITIONS = 4;
    private static final int SETTLE_MILLIS = 3_000;
    /** This share of the records, the first ones, is warm-up. */
    private static final double WARM = 0.2;

    private final EmbeddedBroker broker;
    private final int threads;
    private final int commitMillis;
    private final Path stateFolder;
    private final AtomicLong firstRead = new AtomicLong();
    private volatile Latencies latencies = new Latencies(0);

    BenchRun(EmbeddedBroker broker, int threads, int commitMillis) throws IOException {
        this.broker = broker;
        this.threads = threads;
        this.commitMillis = commitMillis;
        this.stateFolder = Files.createTempDirectory("deberta-bench-state");
    }

    static String input(String name) {
        return name + "-texts";
    }

    static String output(String name) {
        return name + "-predictions";
    }

    /** Where a record can be on its way. */
    enum Stage {
        /** In the topology, before the prediction. */
        READ,
        /** In the topology, behind the prediction. */
        PREDICTED,
        /** With a reader under read_uncommitted. */
        WRITTEN,
        /** With a reader under read_committed. */
        COMMITTED
    }

    /** From sending a record until it is somewhere, of the records that come after the warm-up. */
    static final class Latencies {
        private final long[] sentAt;
        private final long[][] nanos = new long[Stage.values().length][];

        Latencies(int records) {
            sentAt = new long[records];
            Arrays.setAll(nanos, stage -> new long[records]);
        }

        void sent(int id) {
            sentAt[id] = System.nanoTime();
        }

        /** For one thread at a time for each record. */
        void reached(Stage stage, int id) {
            nanos[stage.ordinal()][id] = System.nanoTime() - sentAt[id];
        }

        double millis(Stage stage, double share) {
            long[] sorted = Arrays.copyOfRange(nanos[stage.ordinal()], (int) (WARM * sentAt.length), sentAt.length);
            Arrays.sort(sorted);
            return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
        }
    }

    /**
     * Creates the topics of runs and lets the broker finish with them: a record that is sent while it still makes a partition may be stuck
     * until the producer gives it up, two minutes later (KAFKA-15591).
     */
    void createTopics(List<String> names) throws ExecutionException, InterruptedException {
        for (String name : names) {
            broker.createTopics(PARTITIONS, input(name), output(name));
        }
        Thread.sleep(SETTLE_MILLIS);
    }

    /** For the topology to call with each record that it reads. */
    void read(String key) {
        firstRead.compareAndSet(0, System.nanoTime());
        reached(Stage.READ, key);
    }

    /** For the topology to call with each prediction. */
    void predicted(String key) {
        reached(Stage.PREDICTED, key);
    }

    private void reached(Stage stage, String key) {
        Latencies of = latencies;
        if (of.sentAt.length > 0) {
            of.reached(stage, Integer.parseInt(key));
        }
    }

    /** Records a second, all of them waiting: from when the first one is read until all are committed. */
    double throughput(String name, Function<Properties, Topology> topology, List<String> texts) throws Exception {
        send(name, texts, 0);
        firstRead.set(0);
        try (KafkaConsumer<String, byte[]> reader = reader(name, "read_committed");
                KafkaStreams streams = start(name, topology)) {
            int seen = 0;
            long end = System.nanoTime() + KafkaBenchmark.PATIENCE.toNanos();
            while (seen < texts.size() && System.nanoTime() < end) {
                seen += reader.poll(Duration.ofMillis(20)).count();
            }
            requireAll(seen, texts.size(), streams);
            return seen * 1e9 / (System.nanoTime() - firstRead.get());
        }
    }

    Latencies latencies(String name, Function<Properties, Topology> topology, List<String> texts, double rate)
            throws Exception {
        Latencies measured = new Latencies(texts.size());
        latencies = measured;
        try (KafkaStreams streams = start(name, topology);
                KafkaConsumer<String, byte[]> written = reader(name, "read_uncommitted");
                KafkaConsumer<String, byte[]> committed = reader(name, "read_committed")) {
            Thread sender = new Thread(() -> send(name, texts, rate, measured));
            sender.setDaemon(true);
            sender.start();
            Thread reading = new Thread(() -> read(written, Stage.WRITTEN, measured));
            reading.start();
            int seen = read(committed, Stage.COMMITTED, measured);
            reading.join();
            requireAll(seen, texts.size(), streams);
        } finally {
            latencies = new Latencies(0);
        }
        return measured;
    }

    @Override
    public void close() throws IOException {
        EmbeddedBroker.delete(stateFolder);
    }

    private static int read(KafkaConsumer<String, byte[]> reader, Stage stage, Latencies latencies) {
        int seen = 0;
        long end = System.nanoTime() + KafkaBenchmark.PATIENCE.toNanos();
        while (seen < latencies.sentAt.length && System.nanoTime() < end) {
            for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(20))) {
                latencies.reached(stage, Integer.parseInt(record.key()));
                seen++;
            }
        }
        return seen;
    }

    private static void requireAll(int seen, int sent, KafkaStreams streams) {
        if (seen != sent) {
            throw new IllegalStateException(
                    seen + " predictions of " + sent + " records came out, the topology is " + streams.state());
        }
    }

    private KafkaStreams start(String name, Function<Properties, Topology> topology) throws InterruptedException {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                name,
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                Integer.toString(commitMillis),
                StreamsConfig.POLL_MS_CONFIG,
                "10",
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                "5", // the producer's own default; that of Streams, 100, would be most of the latency
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                Integer.toString(threads),
                StreamsConfig.STATE_DIR_CONFIG,
                stateFolder.toString(),
                "auto.offset.reset",
                "earliest"));
        KafkaStreams streams = new KafkaStreams(topology.apply(properties), properties, DebertaProcessor.clients());
        streams.start();
        while (streams.state() != KafkaStreams.State.RUNNING && !streams.state().hasCompletedShutdown()) {
            Thread.sleep(10);
        }
        return streams;
    }

    private KafkaConsumer<String, byte[]> reader(String name, String isolation) {
        KafkaConsumer<String, byte[]> reader = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        isolation,
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        "false"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        reader.assign(IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(output(name), partition))
                .toList());
        return reader;
    }

    private void send(String name, List<String> texts, double rate) throws ExecutionException, InterruptedException {
        send(name, texts, rate, new Latencies(texts.size()));
    }

    /** @param rate records a second; 0: as fast as it goes */
    private void send(String name, List<String> texts, double rate, Latencies latencies) {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        long start = System.nanoTime();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < texts.size(); i++) {
                long due = rate == 0 ? 0 : start + (long) (i * 1e9 / rate);
                for (long wait = due - System.nanoTime(); rate > 0 && wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                latencies.sent(i);
                producer.send(new ProducerRecord<>(input(name), Integer.toString(i), texts.get(i)), (sent, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("texts could not be sent", failure.get());
        }
    }
}
