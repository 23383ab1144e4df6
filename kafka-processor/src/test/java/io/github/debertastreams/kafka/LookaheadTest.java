package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.rules.NoTextException;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.rules.SourceUnavailableException;
import io.github.debertastreams.rules.TextExtractor;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.Prediction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookaheadTest {

    private static final ModelOptions OPTIONS =
            ModelOptions.builder(Path.of("ahead")).workers(1).maxBatchRecords(8).build();
    private static final String TOPIC = "input";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int LIMIT = 4;

    private final ConcurrentLinkedQueue<String> read = new ConcurrentLinkedQueue<>();
    private final FakeModel model = FakeModel.echoing().whileInferring(read::addAll);
    private final PredictionService service = PredictionService.acquire(OPTIONS, options -> model);
    private final AtomicInteger unavailable = new AtomicInteger();
    private boolean available;
    private final Lookahead lookahead = new Lookahead(TOPIC, this::extract);

    private SourceText extract(ConsumerRecord<byte[], byte[]> polled) {
        String text = new String(polled.value(), UTF_8);
        if (text.equals("broken")) {
            throw new IllegalArgumentException("as asked");
        }
        if (text.equals("unavailable") && !available) {
            unavailable.incrementAndGet();
            throw new SourceUnavailableException("as asked", new IllegalStateException());
        }
        return SourceText.of(text);
    }

    @BeforeEach
    void assign() {
        lookahead.assigned(0, service, LIMIT);
    }

    @AfterEach
    void close() {
        service.close();
    }

    private static ConsumerRecord<byte[], byte[]> polled(long offset, String text) {
        return new ConsumerRecord<>(TOPIC, 0, offset, null, text.getBytes(UTF_8));
    }

    /** The label that was read ahead; null where there is none. */
    private @Nullable String take(long offset, String text) {
        var reading = lookahead.take(PARTITION, offset, TextInput.of(text));
        return reading == null ? null : reading.join().outcome().toString();
    }

    @Test
    void whatWasPolledIsGivenToTheModelAtOnceButNoMoreThanTheLimit() {
        lookahead.polled(
                IntStream.range(0, 10).mapToObj(i -> polled(i, "text " + i)).toList());
        service.predict(List.of(TextInput.of("behind them")));
        assertThat(read).containsExactly("text 0", "text 1", "text 2", "text 3", "behind them");
        assertThat(take(0, "text 0")).contains("text 0");
        service.predict(List.of(TextInput.of("again")));
        assertThat(read).endsWith("behind them", "again");
        assertThat(take(1, "text 1")).contains("text 1");
        service.predict(List.of(TextInput.of("and again")));
        assertThat(read).endsWith("again", "text 4", "and again");
    }

    @Test
    void whatIsPolledBeforeThereIsATaskWaitsForIt() {
        lookahead.forget(0);
        lookahead.polled(List.of(polled(0, "early"), polled(1, "next")));
        lookahead.assigned(0, service, LIMIT);
        service.predict(List.of(TextInput.of("behind nothing")));
        assertThat(read).containsExactly("behind nothing");
        assertThat(take(0, "early")).contains("early");
        assertThat(take(1, "next")).contains("next");
    }

    @Test
    void whatTheTopologyNeverAsksForIsLeftBehind() {
        for (int i = 0; i < 10; i++) {
            lookahead.polled(List.of(polled(3 * i, "text " + i)));
        }
        assertThat(take(0, "text 0")).contains("text 0");
        assertThat(take(21, "text 7")).contains("text 7");
        assertThat(take(22, "text 8")).as("an offset without a record").isNull();
        assertThat(take(27, "text 9")).contains("text 9");
        assertThat(take(30, "not polled")).isNull();
    }

    @Test
    void anotherTextThanWasReadAheadIsNotItsReading() {
        lookahead.polled(List.of(polled(0, "text")));
        lookahead.polled(List.of(polled(1, "next")));
        assertThat(take(0, "changed since")).isNull();
        assertThat(take(1, "next")).contains("next");
    }

    @Test
    void recordsThatAreReadAgainAreAheadAgain() {
        for (long offset : new long[] {0, 1, 2}) {
            lookahead.polled(List.of(polled(offset, "first " + offset)));
        }
        assertThat(take(0, "first 0")).contains("first 0");
        for (long offset : new long[] {0, 1, 2}) { // a task was revived from its last commit
            lookahead.polled(List.of(polled(offset, "second " + offset)));
        }
        for (long offset : new long[] {0, 1, 2}) {
            assertThat(take(offset, "second " + offset)).contains("second " + offset);
        }
    }

    @Test
    void aRecordThatCannotBeReadIsInNobodysWay() {
        lookahead.polled(List.of(polled(0, "broken")));
        lookahead.polled(List.of(polled(1, "good")));
        assertThat(take(1, "good")).contains("good");
    }

    @Test
    void anUnavailableSourceIsAskedOnceAheadAndThenInItsTurn() {
        List<String> texts = List.of("first", "second", "unavailable", "behind it");
        for (int i = 0; i < texts.size(); i++) {
            lookahead.polled(List.of(polled(i, texts.get(i))));
        }
        assertThat(take(0, "first")).contains("first");
        assertThat(take(1, "second")).contains("second");
        assertThat(unavailable).hasValue(1);
        available = true;
        assertThat(take(2, "unavailable")).contains("unavailable");
        assertThat(take(3, "behind it")).contains("behind it");
    }

    @Test
    void behindARecordWithoutATextReadingAheadGoesOn() {
        lookahead.polled(List.of(polled(0, "unavailable"), polled(1, "behind it")));
        lookahead.passOver(PARTITION, 0);
        service.predict(List.of(TextInput.of("behind both")));
        assertThat(read).containsExactly("behind it", "behind both");
        assertThat(take(1, "behind it")).contains("behind it");
        assertThat(unavailable).hasValue(1);
    }

    @Test
    void theTurnOfARecordWithoutATextIsNotThatOfAnUnavailableOneBehindIt() {
        lookahead.polled(List.of(polled(0, "first"), polled(1, "unavailable"), polled(2, "behind it")));
        lookahead.passOver(PARTITION, 0);
        assertThat(unavailable).hasValue(1);
        available = true;
        assertThat(take(1, "unavailable")).contains("unavailable");
        assertThat(take(2, "behind it")).contains("behind it");
    }

    @Test
    void otherTopicsOtherThreadsAndForgottenPartitionsAreNotAhead() throws InterruptedException {
        lookahead.polled(List.of(new ConsumerRecord<>("another", 0, 0, null, new byte[0])));
        assertThat(lookahead.take(new TopicPartition("another", 0), 0, TextInput.of("")))
                .isNull();
        Thread thread = new Thread(() -> lookahead.polled(List.of(polled(0, "text"))));
        thread.start();
        thread.join();
        assertThat(take(0, "text")).isNull();
        lookahead.polled(List.of(polled(0, "text")));
        lookahead.forget(0);
        assertThat(take(0, "text")).isNull();
    }

    @Test
    void interceptorsThatAreThereStay() {
        Properties streams = new Properties();
        streams.put("interceptor.classes", "com.example.Everywhere");
        streams.put("consumer.interceptor.classes", "com.example.First , com.example.Second");
        lookahead.register(streams);
        lookahead.register(streams);
        assertThat(streams.get("main.consumer.interceptor.classes"))
                .isEqualTo("com.example.First,com.example.Second," + LookaheadInterceptor.class.getName());
        assertThat((List<?>) streams.get("main.consumer.deberta.lookaheads")).hasSize(2);
        Properties listed = new Properties();
        listed.put("consumer.interceptor.classes", List.of("com.example.First", LookaheadTest.class));
        lookahead.register(listed);
        assertThat(listed.get("main.consumer.interceptor.classes"))
                .isEqualTo("com.example.First," + LookaheadTest.class.getName() + ","
                        + LookaheadInterceptor.class.getName());
    }

    /** Each task tells of every record's turn, also of one whose source had to be asked and has no text. */
    @Test
    void aRecordWithoutATextHoldsUpNoOther() {
        Properties streams = new Properties();
        StreamsBuilder builder = new StreamsBuilder();
        TextExtractor<String> extractor = new TextExtractor<>() {
            @Override
            public SourceText extract(String value) {
                if (value.equals("no text")) {
                    throw new NoTextException("as asked");
                }
                return SourceText.of(value);
            }

            @Override
            public SourceText extractAhead(String value) {
                if (value.equals("no text")) {
                    throw new SourceUnavailableException("as asked");
                }
                return SourceText.of(value);
            }
        };
        DebertaProcessor.<String, String>of(OPTIONS, extractor, options -> model)
                .readingAhead(TOPIC, StringDeserializer::new, streams)
                .predict(builder.stream(TOPIC, Consumed.with(Serdes.String(), Serdes.String())))
                .to("output", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        try (LookaheadInterceptor interceptor = new LookaheadInterceptor();
                TopologyTestDriver driver = new TopologyTestDriver(builder.build())) {
            interceptor.configure(Map.of("deberta.lookaheads", streams.get("main.consumer.deberta.lookaheads")));
            interceptor.onConsume(new ConsumerRecords<>(
                    Map.of(PARTITION, List.of(polled(0, "no text"), polled(1, "a text"))), Map.of()));
            driver.createInputTopic(TOPIC, new StringSerializer(), new StringSerializer())
                    .pipeInput("key", "no text");
            service.predict(List.of(TextInput.of("behind it")));
            assertThat(read).containsExactly("a text", "behind it");
        }
    }

    /** The interceptor as Kafka makes it, and a topology that reads what it has told of: no record waits for another one. */
    @Test
    void aTaskForwardsEachRecordInItsTurn() {
        Properties streams = new Properties();
        StreamsBuilder builder = new StreamsBuilder();
        DebertaProcessor.<String, String>of(OPTIONS, TextExtractor.<String>text(text -> text), options -> model)
                .readingAhead(TOPIC, StringDeserializer::new, streams)
                .predict(builder.stream(TOPIC, Consumed.with(Serdes.String(), Serdes.String())))
                .to("output", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        List<ConsumerRecord<byte[], byte[]>> polled =
                IntStream.range(0, 20).mapToObj(i -> polled(i, "text " + i)).toList();
        try (LookaheadInterceptor interceptor = new LookaheadInterceptor();
                TopologyTestDriver driver = new TopologyTestDriver(builder.build())) {
            interceptor.configure(Map.of("deberta.lookaheads", streams.get("main.consumer.deberta.lookaheads")));
            interceptor.onConsume(new ConsumerRecords<>(Map.of(PARTITION, polled), Map.of()));
            TestInputTopic<String, String> input =
                    driver.createInputTopic(TOPIC, new StringSerializer(), new StringSerializer());
            TestOutputTopic<String, Prediction> output = driver.createOutputTopic(
                    "output",
                    new StringDeserializer(),
                    KafkaSerdes.predictions().deserializer());
            for (int i = 0; i < polled.size(); i++) {
                input.pipeInput("key " + i, "text " + i);
                Prediction prediction = output.readValue();
                assertThat(prediction.getId()).isEqualTo("input-0@" + i);
                assertThat(((ClassificationResult) prediction.getResult())
                                .getLabels()
                                .get(0)
                                .getLabel())
                        .isEqualTo("text " + i);
            }
            assertThat(read).hasSize(polled.size());
        }
    }
}
