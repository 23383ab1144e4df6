package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.TextEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each hostile record gives exactly one prediction or error, in its place, and its neighbours notice nothing. */
class PoisonRecordsTest {

    private static final String MEGABYTE = "x".repeat(1_000_000);
    private static final String ECHO_OF_MEGABYTE = "x".repeat(FakeModel.MAX_LENGTH);

    private record Case(byte @Nullable [] value, String expected) {}

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

    private static void check(byte[] good, String expectedOfGood, List<Case> cases, String... settings) {
        List<String> expected = new ArrayList<>();
        Properties properties = KafkaProcessorConfigTest.properties(settings);
        KafkaProcessorConfig config = KafkaProcessorConfig.from(properties);
        try (TopologyTestDriver driver = new TopologyTestDriver(
                EnrichmentTopology.build(config, options -> FakeModel.echoing(), Map.of()), config.streams())) {
            TestInputTopic<byte[], byte[]> input =
                    driver.createInputTopic("texts", new ByteArraySerializer(), new ByteArraySerializer());
            for (Case poison : cases) {
                input.pipeInput(key(expected), poison.value());
                expected.add(poison.expected());
                input.pipeInput(key(expected), good);
                expected.add(expectedOfGood);
            }
            List<KeyValue<byte[], Prediction>> out = driver.createOutputTopic(
                            "predictions",
                            new ByteArrayDeserializer(),
                            KafkaSerdes.predictions().deserializer())
                    .readKeyValuesToList();
            assertThat(out).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(out.get(i).key).isEqualTo(new byte[] {(byte) i});
                assertThat(DebertaProcessorTest.summary(out.get(i).value))
                        .as("record %d", i)
                        .startsWith(expected.get(i));
            }
        }
    }

    private static byte[] key(List<String> sent) {
        return new byte[] {(byte) sent.size()};
    }

    private static byte[] json(String document) {
        return document.getBytes(UTF_8);
    }

    private static byte[] event(String text) {
        return PredictionCodec.textEvents()
                .encode(TextEvent.newBuilder().setId("id").setText(text).build());
    }
}
