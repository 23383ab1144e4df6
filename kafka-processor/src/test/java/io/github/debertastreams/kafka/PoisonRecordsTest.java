package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.rules.DeadLetter;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.TextEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each hostile record gives exactly one prediction or error, in its place, and its neighbours notice nothing. */
class PoisonRecordsTest {

    private static final String MEGABYTE = "x".repeat(1_000_000);
    private static final String ECHO_OF_MEGABYTE = "x".repeat(FakeModel.MAX_LENGTH);

    private record Case(byte @Nullable [] value, String expected) {

        boolean isPoison() {
            return expected.contains(": ") || expected.startsWith("UNDECODABLE") || expected.startsWith("NO_TEXT");
        }
    }

    @TempDir
    private Path folder;

    @Test
    void strings() {
        check(
                "good".getBytes(UTF_8),
                "good",
                List.of(
                        new Case(null, "NO_TEXT: the record has no value"),
                        new Case(new byte[0], ""),
                        new Case(new byte[] {'a', (byte) 0xFF, (byte) 0xFE}, "UNDECODABLE: not UTF-8: 3 bytes"),
                        new Case(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, "UNDECODABLE: not UTF-8: 3 bytes"),
                        new Case(MEGABYTE.getBytes(UTF_8), ECHO_OF_MEGABYTE)));
    }

    @Test
    void json() {
        check(
                json("{\"payload\": {\"text\": \"good\"}}"),
                "good",
                List.of(
                        new Case(null, "NO_TEXT: the record has no value"),
                        new Case(new byte[0], "UNDECODABLE: not JSON: the value is empty"),
                        new Case(json("{\"payload\": {\"text\": \"\"}}"), ""),
                        new Case(json("{\"payload\": {\"text\": \"lone \\ud83d surrogate\"}}"), "lone ? surrogate"),
                        new Case(json("{\"payload\": {\"text\": \"" + MEGABYTE + "\"}}"), ECHO_OF_MEGABYTE),
                        new Case(json("{\"payload\": "), "UNDECODABLE: not JSON: "),
                        new Case(json("{} {}"), "UNDECODABLE: not JSON: "),
                        new Case(json("[".repeat(100_000)), "UNDECODABLE: not JSON: "),
                        new Case(json("{\"payload\": {}}"), "NO_TEXT: nothing at '/payload/text'"),
                        new Case(json("{\"payload\": {\"text\": null}}"), "NO_TEXT: nothing at '/payload/text'"),
                        new Case(json("{\"payload\": {\"text\": 7}}"), "NO_TEXT: '/payload/text'"),
                        new Case(new byte[] {(byte) 0xFF, 0, 1}, "UNDECODABLE: not JSON: ")),
                "deberta.input.format=json",
                "deberta.input.field=/payload/text");
    }

    @Test
    void textEvents() {
        byte[] good = event("good");
        check(
                good,
                "good",
                List.of(
                        new Case(null, "NO_TEXT: the record has no value"),
                        new Case(new byte[0], "UNDECODABLE: not an Avro single-object TextEvent"),
                        new Case(event(""), ""),
                        new Case(event("lone \ud83d surrogate"), "lone ? surrogate"),
                        new Case(event(MEGABYTE), ECHO_OF_MEGABYTE),
                        new Case(Arrays.copyOf(good, good.length - 1), "UNDECODABLE: "),
                        new Case(Arrays.copyOf(good, good.length + 1), "UNDECODABLE: "),
                        new Case(new byte[] {0, 0, 0, 0, 7, 8, 9, 10, 11, 12, 13}, "UNDECODABLE: not an Avro"),
                        new Case(
                                new byte[] {(byte) 0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                "UNDECODABLE: unknown schema fingerprint 0807060504030201")),
                "deberta.input.format=avro");
    }

    @Test
    void confluentsWireFormat() throws IOException {
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] schema = """
                {"schema": "{\\"type\\": \\"record\\", \\"name\\": \\"Order\\", \\"fields\\": [
                  {\\"name\\": \\"text\\", \\"type\\": \\"string\\"}]}"}
                """.replace("[\n", "[").getBytes(UTF_8);
        registry.createContext("/", exchange -> {
            boolean known = exchange.getRequestURI().getPath().equals("/schemas/ids/7");
            byte[] answer = known ? schema : "{\"error_code\": 40403, \"message\": \"not found\"}".getBytes(UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 404, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        registry.start();
        try {
            check(
                    new byte[] {0, 0, 0, 0, 7, 8, 'g', 'o', 'o', 'd'},
                    "good",
                    List.of(
                            new Case(null, "NO_TEXT: the record has no value"),
                            new Case(new byte[0], "UNDECODABLE: not in Confluent's wire format: 0 bytes"),
                            new Case(
                                    new byte[] {1, 0, 0, 0, 7, 8, 'b', 'a', 'd', '!'},
                                    "UNDECODABLE: not in Confluent's"),
                            new Case(
                                    new byte[] {0, 0, 0, 0, 9, 8, 'b', 'a', 'd', '!'},
                                    "UNDECODABLE: the registry has no Avro schema of id 9"),
                            new Case(new byte[] {0, 0, 0, 0, 7, 8, 'b', 'a'}, "UNDECODABLE: malformed Avro string"),
                            new Case(new byte[] {0, 0, 0, 0, 7, 0}, "")),
                    "deberta.input.format=avro-confluent",
                    "deberta.registry.url=http://localhost:"
                            + registry.getAddress().getPort());
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void avroOfASchemaFile() throws IOException {
        Path schema = folder.resolve("order.avsc");
        Files.writeString(schema, """
                {"type": "record", "name": "Order", "fields": [{"name": "payload", "type": ["null",
                  {"type": "record", "name": "Payload", "fields": [{"name": "text", "type": ["null", "string"]}]}]}]}
                """);
        check(
                new byte[] {2, 2, 8, 'g', 'o', 'o', 'd'},
                "good",
                List.of(
                        new Case(new byte[] {0}, "NO_TEXT: nothing at '/payload/text'"),
                        new Case(new byte[] {2, 0}, "NO_TEXT: nothing at '/payload/text'"),
                        new Case(new byte[] {2, 2, 8, 'g'}, "UNDECODABLE: malformed Avro string"),
                        new Case(new byte[] {9}, "UNDECODABLE: malformed Avro union"),
                        new Case(new byte[0], "UNDECODABLE: Order is cut off")),
                "deberta.input.format=avro",
                "deberta.input.schema=" + schema,
                "deberta.input.field=/payload/text");
    }

    /** All of it under the three policies. */
    private static void check(byte[] good, String expectedOfGood, List<Case> cases, String... settings) {
        errorRecords(good, expectedOfGood, cases, settings);
        deadLetters(
                good,
                expectedOfGood,
                cases,
                with(settings, "deberta.on.error=dead-letter", "deberta.dead.letter.topic=dead"));
        failures(good, cases, with(settings, "deberta.on.error=fail"));
    }

    private static void errorRecords(byte[] good, String expectedOfGood, List<Case> cases, String... settings) {
        List<String> expected = new ArrayList<>();
        try (TopologyTestDriver driver = driver(settings)) {
            for (Case poison : cases) {
                send(driver, key(expected.size()), poison.value());
                expected.add(poison.expected());
                send(driver, key(expected.size()), good);
                expected.add(expectedOfGood);
            }
            List<KeyValue<byte[], Prediction>> out = predictions(driver);
            assertThat(out).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(out.get(i).key).isEqualTo(key(i));
                assertThat(DebertaProcessorTest.summary(out.get(i).value))
                        .as("record %d", i)
                        .startsWith(expected.get(i));
            }
        }
    }

    private static void deadLetters(byte[] good, String expectedOfGood, List<Case> cases, String... settings) {
        List<Case> poisoned = cases.stream().filter(Case::isPoison).toList();
        try (TopologyTestDriver driver = driver(settings)) {
            for (Case poison : poisoned) {
                send(driver, key(0), poison.value());
                send(driver, key(0), good);
            }
            assertThat(predictions(driver))
                    .extracting(record -> DebertaProcessorTest.summary(record.value))
                    .hasSameSizeAs(poisoned)
                    .containsOnly(expectedOfGood);
            List<TestRecord<byte[], byte[]>> dead = driver.createOutputTopic(
                            "dead", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList();
            assertThat(dead)
                    .extracting(TestRecord::value)
                    .containsExactlyElementsOf(
                            poisoned.stream().map(Case::value).toList());
            for (int i = 0; i < dead.size(); i++) {
                byte[] kind = dead.get(i).headers().lastHeader(DeadLetter.KIND).value();
                assertThat(poisoned.get(i).expected()).startsWith(new String(kind, UTF_8));
            }
        }
    }

    private static void failures(byte[] good, List<Case> cases, String... settings) {
        for (Case poison : cases.stream().filter(Case::isPoison).toList()) {
            TopologyTestDriver driver = driver(settings); // not closed: that would drain, and fail, once more
            send(driver, key(0), good);
            assertThatThrownBy(() -> send(driver, key(1), poison.value()))
                    .as(poison.expected())
                    .rootCause()
                    .isInstanceOf(RecordFailedException.class);
            assertThat(predictions(driver)).hasSize(1);
        }
    }

    private static TopologyTestDriver driver(String... settings) {
        KafkaProcessorConfig config = KafkaProcessorConfig.from(KafkaProcessorConfigTest.properties(settings));
        return new TopologyTestDriver(
                EnrichmentTopology.build(config, options -> FakeModel.echoing(), Map.of(), config.streams()),
                config.streams());
    }

    private static void send(TopologyTestDriver driver, byte[] key, byte @Nullable [] value) {
        driver.createInputTopic("texts", new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(key, value);
    }

    private static List<KeyValue<byte[], Prediction>> predictions(TopologyTestDriver driver) {
        return driver.createOutputTopic(
                        "predictions",
                        new ByteArrayDeserializer(),
                        KafkaSerdes.predictions().deserializer())
                .readKeyValuesToList();
    }

    private static String[] with(String[] settings, String... more) {
        return Stream.concat(Arrays.stream(settings), Arrays.stream(more)).toArray(String[]::new);
    }

    private static byte[] key(int number) {
        return new byte[] {(byte) number};
    }

    private static byte[] json(String document) {
        return document.getBytes(UTF_8);
    }

    private static byte[] event(String text) {
        return PredictionCodec.textEvents()
                .encode(TextEvent.newBuilder().setId("id").setText(text).build());
    }
}
