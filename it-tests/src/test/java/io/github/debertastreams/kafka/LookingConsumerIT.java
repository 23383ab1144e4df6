package io.github.debertastreams.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.kafka.app.EmbeddedBroker;
import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.rules.TextExtractor;
import io.github.debertastreams.schemas.KafkaSerdes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With {@link DebertaProcessor#clients} a stream thread neither waits for a prediction nor lets one wait for {@code poll.ms}. */
@Timeout(120)
class LookingConsumerIT {

    private static final String INPUT = "texts";
    private static final String OUTPUT = "predictions";
    private static final long PATIENCE = 40;
    /** How long a thread waits for records, starting included; in seconds. */
    private static final long POLL = 8;

    private final BlockingQueue<String> read = new LinkedBlockingQueue<>();
    private final CountDownLatch released = new CountDownLatch(1);

    @Test
    void recordsAreFetchedWhileThePredictionOfAnotherIsPending(@TempDir Path state) throws Exception {
        FakeModel model = FakeModel.echoing().whileInferring(this::hold);
        ModelOptions options = ModelOptions.builder(Path.of("held"))
                .workers(2)
                .maxBatchRecords(8)
                .build();
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopics(1, INPUT, OUTPUT);
            Properties settings = settings(broker, state);
            StreamsBuilder builder = new StreamsBuilder();
            DebertaProcessor.<String, String>of(options, TextExtractor.<String>text(text -> text), given -> model)
                    .readingAhead(INPUT, StringDeserializer::new, settings)
                    .predict(builder.stream(INPUT, Consumed.with(Serdes.String(), Serdes.String())))
                    .to(OUTPUT, Produced.with(Serdes.String(), KafkaSerdes.predictions()));
            try (KafkaStreams streams = new KafkaStreams(builder.build(), settings, DebertaProcessor.clients());
                    KafkaProducer<String, String> producer = producer(broker)) {
                streams.start();
                send(producer, "held");
                assertThat(read.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo("held");
                send(producer, "behind it");
                assertThat(read.poll(PATIENCE, TimeUnit.SECONDS))
                        .as("what the model was given while the first one is pending")
                        .isEqualTo("behind it");
                released.countDown();
                assertThat(written(broker, 2)).containsExactly("held", "behind it");
            }
        }
    }

    private void hold(List<String> texts) {
        read.addAll(texts);
        try {
            if (texts.contains("held") && !released.await(3 * PATIENCE, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not released");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Properties settings(EmbeddedBroker broker, Path state) {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "application.id",
                "looking",
                "bootstrap.servers",
                broker.bootstrapServers(),
                "processing.guarantee",
                "exactly_once_v2",
                "commit.interval.ms",
                Long.toString(Duration.ofMinutes(5).toMillis()),
                "poll.ms",
                Long.toString(Duration.ofSeconds(POLL).toMillis()),
                "producer.transaction.timeout.ms",
                Long.toString(Duration.ofMinutes(10).toMillis()),
                "state.dir",
                state.toString(),
                "auto.offset.reset",
                "earliest"));
        return settings;
    }

    private static KafkaProducer<String, String> producer(EmbeddedBroker broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()), new StringSerializer(), new StringSerializer());
    }

    private static void send(KafkaProducer<String, String> producer, String text) throws Exception {
        producer.send(new ProducerRecord<>(INPUT, text, text)).get(PATIENCE, TimeUnit.SECONDS);
    }

    /** Keys in the order of their predictions, committed or not, if they are there sooner than an idle thread would look. */
    private static List<String> written(EmbeddedBroker broker, int count) {
        List<String> keys = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            reader.assign(List.of(new TopicPartition(OUTPUT, 0)));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(POLL) / 2;
            while (keys.size() < count && System.nanoTime() < end) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(100))) {
                    keys.add(record.key());
                }
            }
        }
        return keys;
    }
}
