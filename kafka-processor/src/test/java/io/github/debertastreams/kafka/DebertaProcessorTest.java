package io.github.debertastreams.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.rules.TextExtractor;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import io.github.debertastreams.schemas.TextEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class DebertaProcessorTest {

    private static final ModelOptions OPTIONS =
            ModelOptions.builder(Path.of("echo")).workers(2).maxBatchRecords(8).build();

    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final FakeModel model = FakeModel.echoing()
            .whileInferring(texts -> {
                batches.incrementAndGet();
                if (texts.contains("explode")) {
                    throw new ModelException(ModelException.Kind.BACKEND, "exploded as asked");
                }
            })
            .whenClosed(closed::incrementAndGet);
    private final AtomicInteger opened = new AtomicInteger();
    private final Function<ModelOptions, TextModel> open = options -> {
        opened.incrementAndGet();
        return model;
    };

    @Test
    void keyHeadersAndTimestampPassThrough() {
        try (TopologyTestDriver driver = driver(echo(OPTIONS, text -> text))) {
            RecordHeaders headers = new RecordHeaders();
            headers.add("trace", new byte[] {1, 2});
            Instant timestamp = Instant.ofEpochMilli(123_456);
            input(driver).pipeInput(new TestRecord<>("key", "hello", headers, timestamp));
            TestRecord<String, Prediction> out = output(driver).readRecord();
            assertThat(out.key()).isEqualTo("key");
            assertThat(out.headers()).isEqualTo(headers);
            assertThat(out.getRecordTime()).isEqualTo(timestamp);
            assertThat(label(out.value())).isEqualTo("hello");
            assertThat(out.value().getId()).isEqualTo("input-0@0");
            assertThat(out.value().getModel()).isEqualTo("fake");
        }
    }

    @Test
    void recordsOfOneCommitAreBatchedAndKeepTheirOrder() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("input", Consumed.with(Serdes.String(), Serdes.String()))
                .flatMapValues(text -> Arrays.asList(text.split(" ")))
                .process(DebertaProcessor.<String, String>of(OPTIONS, TextExtractor.text(word -> word), open)
                        .withMaxPending(100))
                .to("output", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        List<String> words = IntStream.range(0, 500).mapToObj(i -> "word" + i).toList();
        try (TopologyTestDriver driver = driver(builder.build())) {
            input(driver).pipeInput("key", String.join(" ", words));
            assertThat(output(driver).readValuesToList())
                    .extracting(DebertaProcessorTest::label)
                    .containsExactlyElementsOf(words);
        }
        assertThat(batches.get()).isLessThan(500);
    }

    /** Kafka Streams commits after every punctuation. */
    @Test
    void anIdleTaskIsNotPunctuated() {
        Properties settings = new Properties();
        settings.setProperty("metrics.recording.level", "DEBUG");
        try (TopologyTestDriver driver = new TopologyTestDriver(echo(OPTIONS, text -> text), settings)) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
            input(driver).pipeInput("key", "hello");
            driver.advanceWallClockTime(Duration.ofSeconds(1));
            assertThat(driver.metrics().values())
                    .filteredOn(metric -> metric.metricName().name().equals("punctuate-total"))
                    .isNotEmpty()
                    .allSatisfy(metric -> assertThat(metric.metricValue()).isEqualTo(0.0));
        }
    }

    @Test
    void failuresOfOneRecordStayItsOwn() {
        Topology topology = echo(OPTIONS, text -> {
            if (text.equals("throw")) {
                throw new IllegalStateException("thrown as asked");
            }
            return text.equals("none") ? null : text;
        });
        try (TopologyTestDriver driver = driver(topology)) {
            TestInputTopic<String, String> input = input(driver);
            for (String text : Arrays.asList("a", null, "b", "throw", "c", "none", "d", "refuse", "e", "")) {
                input.pipeInput("key", text);
            }
            List<Prediction> out = output(driver).readValuesToList();
            assertThat(out.stream().map(DebertaProcessorTest::summary).toList())
                    .containsExactly(
                            "a",
                            "NO_TEXT: the record has no value",
                            "b",
                            "UNDECODABLE: thrown as asked",
                            "c",
                            "NO_TEXT: the record has no text",
                            "d",
                            "INVALID_INPUT: refused as asked",
                            "e",
                            "");
            assertThat(out).extracting(Prediction::getId).doesNotHaveDuplicates();
        }
    }

    @Test
    void aFailingModelFailsTheTask() {
        try (TopologyTestDriver driver = driver(echo(OPTIONS, text -> text))) {
            TestInputTopic<String, String> input = input(driver);
            assertThatThrownBy(() -> input.pipeInput("key", "explode")).hasStackTraceContaining("exploded as asked");
            assertThat(output(driver).isEmpty()).isTrue();
        } catch (RuntimeException e) {
            assertThat(e).hasStackTraceContaining("exploded as asked"); // closing drains once more, and fails again
        }
    }

    @Test
    void failsTheTaskAtTheKindsThatWereAskedForAlone() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("input", Consumed.with(Serdes.String(), Serdes.String()))
                .process(DebertaProcessor.<String, String>of(OPTIONS, TextExtractor.text(text -> text), open)
                        .failingOn(ErrorKind.UNDECODABLE, ErrorKind.NO_TEXT))
                .to("output", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        try (TopologyTestDriver driver = driver(builder.build())) {
            TestInputTopic<String, String> input = input(driver);
            input.pipeInput("key", "refuse");
            assertThat(((PredictionError) output(driver).readValue().getResult()).getKind())
                    .isEqualTo(ErrorKind.INVALID_INPUT);
            assertThatThrownBy(() -> input.pipeInput("key", (String) null))
                    .hasStackTraceContaining("record input-0@1 has no prediction: NO_TEXT, and its policy is fail");
        } catch (RuntimeException e) {
            assertThat(e).hasStackTraceContaining("its policy is fail"); // closing drains once more, and fails again
        }
    }

    @Test
    void textEventsLendTheirId() {
        StreamsBuilder builder = new StreamsBuilder();
        Serde<TextEvent> events = KafkaSerdes.textEvents();
        builder.stream("input", Consumed.with(Serdes.String(), events))
                .process(DebertaProcessor.<String, TextEvent>of(OPTIONS, TextExtractor.textEvents(), open))
                .to("output", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        try (TopologyTestDriver driver = driver(builder.build())) {
            driver.createInputTopic("input", new StringSerializer(), events.serializer())
                    .pipeInput(
                            "key",
                            TextEvent.newBuilder()
                                    .setId("event-7")
                                    .setText("hi")
                                    .build());
            assertThat(output(driver).readValue().getId()).isEqualTo("event-7");
        }
    }

    @Test
    void twoProcessorsShareOneModelUntilTheLastIsClosed() {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, String> texts = builder.stream("input", Consumed.with(Serdes.String(), Serdes.String()));
        for (String name : List.of("first", "second")) {
            texts.process(DebertaProcessor.<String, String>of(OPTIONS, TextExtractor.text(text -> text), open)
                            .named(name))
                    .to("output", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        }
        try (TopologyTestDriver driver = driver(builder.build())) {
            input(driver).pipeInput("key", "hello");
            assertThat(output(driver).readValuesToList()).hasSize(2);
            assertThat(opened).hasValue(1);
            assertThat(closed).hasValue(0);
        }
        assertThat(closed).hasValue(1);
    }

    @Test
    void oneLineEmbedsAModel() {
        record Order(String customer, String comment) {}
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, Order> orders = builder.stream("orders");
        KStream<String, Prediction> predictions = orders.process(DebertaProcessor.of(OPTIONS, Order::comment));
        predictions.to("predictions", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        assertThat(builder.build().describe().toString()).contains("stores: [deberta-pending-echo]");
    }

    private Topology echo(ModelOptions options, TextExtractor.TextOf<String> text) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("input", Consumed.with(Serdes.String(), Serdes.String()))
                .process(DebertaProcessor.<String, String>of(options, TextExtractor.text(text), open))
                .to("output", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        return builder.build();
    }

    private static TopologyTestDriver driver(Topology topology) {
        return new TopologyTestDriver(topology, new Properties());
    }

    private static TestInputTopic<String, String> input(TopologyTestDriver driver) {
        return driver.createInputTopic("input", new StringSerializer(), new StringSerializer());
    }

    private static TestOutputTopic<String, Prediction> output(TopologyTestDriver driver) {
        return driver.createOutputTopic(
                "output", new StringDeserializer(), KafkaSerdes.predictions().deserializer());
    }

    private static String label(Prediction prediction) {
        return ((ClassificationResult) prediction.getResult())
                .getLabels().stream().map(label -> label.getLabel()).collect(Collectors.joining());
    }

    static ErrorKind kind(Prediction prediction) {
        return ((PredictionError) prediction.getResult()).getKind();
    }

    static String summary(Prediction prediction) {
        if (prediction.getResult() instanceof PredictionError error) {
            assertThat(error.getKind()).isNotEqualTo(ErrorKind.UNKNOWN);
            return error.getKind() + ": " + error.getMessage();
        }
        return label(prediction);
    }
}
