package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.rules.DeadLetter;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.Prediction;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where a record without a prediction goes, by its kind and the policy of that kind. */
class FailurePolicyTest {

    /** One record of every kind of failure that a text can have. */
    private static final Map<ErrorKind, byte @Nullable []> POISON = poison();

    @Test
    void errorRecordsTakeThePlaceOfPredictions() {
        try (TopologyTestDriver driver = driver("deberta.on.error=error-record")) {
            POISON.values().forEach(value -> send(driver, value));
            assertThat(predictions(driver))
                    .extracting(DebertaProcessorTest::kind)
                    .containsExactlyElementsOf(POISON.keySet());
        }
    }

    @Test
    void deadLettersKeepTheRecordAndSayWhy() {
        try (TopologyTestDriver driver = driver("deberta.on.error=dead-letter", "deberta.dead.letter.topic=dead")) {
            send(driver, "good".getBytes(UTF_8));
            POISON.values().forEach(value -> send(driver, value));
            send(driver, "good".getBytes(UTF_8));
            assertThat(predictions(driver))
                    .extracting(DebertaProcessorTest::summary)
                    .containsExactly("good", "good");
            List<TestRecord<byte[], byte[]>> dead = dead(driver);
            assertThat(dead).extracting(TestRecord::value).containsExactlyElementsOf(POISON.values());
            int offset = 1;
            for (TestRecord<byte[], byte[]> letter : dead) {
                ErrorKind kind = List.copyOf(POISON.keySet()).get(offset - 1);
                assertThat(headers(letter))
                        .containsEntry("trace", "kept")
                        .containsEntry(DeadLetter.KIND, kind.name())
                        .containsEntry(DeadLetter.TOPIC, "texts")
                        .containsEntry(DeadLetter.PARTITION, "0")
                        .containsEntry(DeadLetter.OFFSET, Integer.toString(offset++))
                        .containsEntry(DeadLetter.RULE, "default")
                        .containsEntry(DeadLetter.REVISION, "1")
                        .containsKeys(DeadLetterHeaders.EXCEPTION, DeadLetter.MESSAGE, DeadLetterHeaders.STACKTRACE);
            }
        }
    }

    @Test
    void aPolicyOfOneKindIsItsOwn() {
        try (TopologyTestDriver driver =
                driver("deberta.on.error.no.text=dead-letter", "deberta.dead.letter.topic=dead")) {
            POISON.values().forEach(value -> send(driver, value));
            assertThat(predictions(driver))
                    .extracting(DebertaProcessorTest::kind)
                    .doesNotContain(ErrorKind.NO_TEXT)
                    .hasSize(POISON.size() - 1);
            assertThat(dead(driver)).hasSize(1);
        }
    }

    @Test
    void failStopsTheTaskAndDoesNotQuoteTheText() {
        for (byte[] value : POISON.values()) {
            TopologyTestDriver driver = driver("deberta.on.error=fail");
            send(driver, "good".getBytes(UTF_8));
            assertThatThrownBy(() -> send(driver, value))
                    .rootCause()
                    .isInstanceOf(RecordFailedException.class)
                    .hasMessageContaining("record texts-0@1 has no prediction")
                    .message()
                    .doesNotContain("poison");
            assertThat(predictions(driver)).hasSize(1);
        }
    }

    @Test
    void aPredictionThatNoRequestHoldsIsAnError() {
        byte[] large = "x".repeat(FakeModel.MAX_LENGTH).concat("\n").repeat(20).getBytes(UTF_8);
        try (TopologyTestDriver driver = driver("producer.max.request.size=1000")) {
            send(driver, large);
            send(driver, "small".getBytes(UTF_8));
            assertThat(predictions(driver))
                    .extracting(DebertaProcessorTest::summary)
                    .satisfiesExactly(
                            first -> assertThat(first).startsWith("TOO_LARGE: the prediction has "),
                            second -> assertThat(second).isEqualTo("small"));
        }
        try (TopologyTestDriver driver = driver(
                "producer.max.request.size=1000",
                "deberta.on.error.too.large=dead-letter",
                "deberta.dead.letter.topic=dead")) {
            send(driver, large);
            assertThat(predictions(driver)).isEmpty();
            assertThat(headers(dead(driver).get(0))).containsEntry(DeadLetter.KIND, "TOO_LARGE");
        }
    }

    @Test
    void aPredictionThatNoRequestHoldsFailsTheTaskByTheRecordsPlaceAndNotByItsId() {
        String large = "x".repeat(FakeModel.MAX_LENGTH).concat("\\n").repeat(20);
        TopologyTestDriver driver = driver(
                "producer.max.request.size=1000",
                "deberta.on.error.too.large=fail",
                "deberta.input.format=json",
                "deberta.input.id.field=/id");
        send(driver, "{\"id\": \"poison\", \"text\": \"small\"}".getBytes(UTF_8));
        byte[] value = ("{\"id\": \"poison\", \"text\": \"" + large + "\"}").getBytes(UTF_8);
        assertThatThrownBy(() -> send(driver, value))
                .rootCause()
                .isInstanceOf(RecordFailedException.class)
                .hasMessage("record texts-0@1 has no prediction: TOO_LARGE, and its policy is fail");
    }

    @Test
    void aDeadLetterThatNoRequestHoldsLeavesItsValueBehind() {
        byte[] value = "refuse".concat("x".repeat(1 << 20)).getBytes(UTF_8);
        try (TopologyTestDriver driver = driver("deberta.on.error=dead-letter", "deberta.dead.letter.topic=dead")) {
            send(driver, value);
            TestRecord<byte[], byte[]> letter = dead(driver).get(0);
            assertThat(letter.value()).isNull();
            assertThat(headers(letter)).containsEntry(DeadLetter.OMITTED, Integer.toString(value.length));
        }
    }

    @Test
    void anErrorThatNoRequestHoldsLeavesItsHeadersAndItsIdBehind() {
        byte[] id = ("{\"text\": \"a\", \"id\": \"" + "i".repeat(2_000) + "\"}").getBytes(UTF_8);
        try (TopologyTestDriver driver =
                driver("producer.max.request.size=2000", "deberta.input.format=json", "deberta.input.id.field=/id")) {
            send(driver, id);
            Prediction prediction = predictions(driver).get(0);
            assertThat(DebertaProcessorTest.kind(prediction)).isEqualTo(ErrorKind.TOO_LARGE);
            assertThat(prediction.getId()).isEqualTo("texts-0@0");
        }
        try (TopologyTestDriver driver = driver("producer.max.request.size=2000")) {
            send(driver, "key".getBytes(UTF_8), "x".repeat(2_000), "refuse".getBytes(UTF_8));
            assertThat(predictions(driver))
                    .extracting(DebertaProcessorTest::kind)
                    .containsExactly(ErrorKind.TOO_LARGE);
        }
    }

    @Test
    void aDeadLetterThatDoesNotFitWithoutItsValueLeavesItsHeadersBehindToo() {
        try (TopologyTestDriver driver = driver(
                "producer.max.request.size=2000", "deberta.on.error=dead-letter", "deberta.dead.letter.topic=dead")) {
            send(driver, "key".getBytes(UTF_8), "x".repeat(2_000), "refuse".getBytes(UTF_8));
            TestRecord<byte[], byte[]> letter = dead(driver).get(0);
            assertThat(letter.value()).isNull();
            assertThat(headers(letter))
                    .doesNotContainKey("trace")
                    .containsEntry(DeadLetter.OMITTED, "6")
                    .containsEntry(DeadLetter.OMITTED_HEADERS, "1")
                    .containsEntry(DeadLetter.KIND, ErrorKind.INVALID_INPUT.name());
        }
    }

    @Test
    void aRecordWhoseKeyLeavesNoRoomForAnErrorFailsByName() {
        for (String policy : List.of("error-record", "dead-letter\ndeberta.dead.letter.topic=dead")) {
            TopologyTestDriver driver =
                    driver(("producer.max.request.size=2000\ndeberta.on.error=" + policy).split("\n"));
            assertThatThrownBy(() -> send(driver, new byte[2_000], "kept", "refuse".getBytes(UTF_8)))
                    .rootCause()
                    .isInstanceOf(RecordFailedException.class)
                    .hasMessage("record texts-0@0: not even an error with its key is let through by"
                            + " max.request.size, 2000");
        }
    }

    private static Map<ErrorKind, byte @Nullable []> poison() {
        Map<ErrorKind, byte @Nullable []> poison = new TreeMap<>();
        poison.put(ErrorKind.NO_TEXT, null);
        poison.put(ErrorKind.UNDECODABLE, new byte[] {'p', 'o', 'i', 's', 'o', 'n', (byte) 0xFF});
        poison.put(ErrorKind.INVALID_INPUT, "refuse poison".getBytes(UTF_8));
        poison.put(ErrorKind.TOO_LONG, "overlong poison".getBytes(UTF_8));
        poison.put(ErrorKind.MODEL_ERROR, "break on poison".getBytes(UTF_8));
        return poison;
    }

    private static TopologyTestDriver driver(String... settings) {
        KafkaProcessorConfig config = KafkaProcessorConfig.from(KafkaProcessorConfigTest.properties(settings));
        FakeModel model = FakeModel.echoing().whileInferring(lines -> {
            if (lines.contains("break on poison")) {
                throw new IllegalStateException("broken as asked");
            }
        });
        return new TopologyTestDriver(
                EnrichmentTopology.build(config, options -> model, Map.of(), config.streams()), config.streams());
    }

    private static void send(TopologyTestDriver driver, byte @Nullable [] value) {
        send(driver, "key".getBytes(UTF_8), "kept", value);
    }

    private static void send(TopologyTestDriver driver, byte[] key, String trace, byte @Nullable [] value) {
        TestInputTopic<byte[], byte[]> input =
                driver.createInputTopic("texts", new ByteArraySerializer(), new ByteArraySerializer());
        TestRecord<byte[], byte[]> record = new TestRecord<>(key, value);
        record.getHeaders().add("trace", trace.getBytes(UTF_8));
        input.pipeInput(record);
    }

    private static List<Prediction> predictions(TopologyTestDriver driver) {
        return driver.createOutputTopic(
                        "predictions",
                        new ByteArrayDeserializer(),
                        KafkaSerdes.predictions().deserializer())
                .readValuesToList();
    }

    private static List<TestRecord<byte[], byte[]>> dead(TopologyTestDriver driver) {
        return driver.createOutputTopic("dead", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private static Map<String, String> headers(TestRecord<byte[], byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        return headers;
    }
}
