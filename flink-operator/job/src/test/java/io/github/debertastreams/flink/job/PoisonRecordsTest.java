package io.github.debertastreams.flink.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.github.debertastreams.flink.job.KafkaRecord.Place;
import io.github.debertastreams.rules.Rule;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.PredictionError;
import io.github.debertastreams.schemas.TextEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each hostile record gives exactly one prediction, error or dead letter, in its place, and its neighbours notice nothing. */
class PoisonRecordsTest {

    private static final int ATTEMPTS = 5;

    private static final String GOOD = "My card has not arrived yet";
    private static final String LABEL = "card_arrival";
    private static final String MEGABYTE = "card ".repeat(200_000);
    /** Of a record whose text is strange but a text. */
    private static final String ANY_LABEL = "";

    /** An error is named as {@code KIND: message}. */
    private record Case(byte @Nullable [] value, String expected) {}

    @Test
    void strings() throws Exception {
        check(
                GOOD.getBytes(UTF_8),
                List.of(
                        new Case(null, "NO_TEXT: the record has no value"),
                        new Case(new byte[0], ANY_LABEL),
                        new Case(new byte[] {'a', (byte) 0xFF, (byte) 0xFE}, "UNDECODABLE: not UTF-8: 3 bytes"),
                        new Case(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, "UNDECODABLE: not UTF-8: 3 bytes"),
                        new Case(MEGABYTE.getBytes(UTF_8), ANY_LABEL)));
    }

    @Test
    void events() throws Exception {
        byte[] good = event(GOOD);
        check(
                good,
                List.of(
                        new Case(null, "NO_TEXT: the record has no value"),
                        new Case(new byte[0], "UNDECODABLE: not an Avro single-object TextEvent"),
                        new Case(event(""), ANY_LABEL),
                        new Case(event("lone \ud83d surrogate"), ANY_LABEL),
                        new Case(event(MEGABYTE), ANY_LABEL),
                        new Case(Arrays.copyOf(good, good.length - 1), "UNDECODABLE: "),
                        new Case(new byte[] {0, 0, 0, 0, 7, 8, 9, 10, 11, 12, 13}, "UNDECODABLE: not an Avro"),
                        new Case(
                                new byte[] {(byte) 0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                "UNDECODABLE: unknown schema fingerprint 0807060504030201")),
                "deberta.input.format=avro");
    }

    @Test
    void confluentsWireFormat() throws Exception {
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] schema = """
                {"schema": "{\\"type\\": \\"record\\", \\"name\\": \\"Order\\", \\"fields\\": [ {\\"name\\": \\"text\\", \\"type\\": \\"string\\"}]}"}
                """.getBytes(UTF_8);
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
                    framed(7, GOOD),
                    List.of(
                            new Case(new byte[0], "UNDECODABLE: not in Confluent's wire format: 0 bytes"),
                            new Case(new byte[] {1, 0, 0, 0, 7, 2, 'b'}, "UNDECODABLE: not in Confluent's"),
                            new Case(framed(9, "bad"), "UNDECODABLE: the registry has no Avro schema of id 9"),
                            new Case(new byte[] {0, 0, 0, 0, 7, 8, 'b', 'a'}, "UNDECODABLE: malformed Avro string"),
                            new Case(framed(7, ""), ANY_LABEL)),
                    "deberta.input.format=avro-confluent",
                    "deberta.registry.url=http://localhost:"
                            + registry.getAddress().getPort());
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void aPredictionAboveTheRequestSizeIsAnErrorAndItsNeighboursAreSent() throws Exception {
        String question = "{\"text\": \"" + GOOD + "\", \"id\": \"";
        check(
                (question + "1\"}").getBytes(UTF_8),
                List.of(new Case((question + "i".repeat(30_000) + "\"}").getBytes(UTF_8), "TOO_LARGE: ")),
                "deberta.input.format=json",
                "deberta.input.id.field=/id",
                "producer.max.request.size=20000");
    }

    /** All of it under the three policies. */
    private static void check(byte[] good, List<Case> cases, String... settings) throws Exception {
        List<byte @Nullable []> values = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (Case poison : cases) {
            values.add(poison.value());
            values.add(good);
            expected.add(poison.expected());
            expected.add(LABEL);
        }
        List<KafkaRecord> sent = run(values, settings);
        assertThat(sent).hasSameSizeAs(values);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(sent.get(i).place().offset()).isEqualTo(i);
            assertThat(summary(sent.get(i))).as("record %d", i).startsWith(expected.get(i));
            assertThat(isError(summary(sent.get(i))))
                    .as("record %d is an error", i)
                    .isEqualTo(isError(expected.get(i)));
        }

        List<KafkaRecord> lettersAndPredictions =
                run(values, with(settings, "deberta.on.error=dead-letter", "deberta.dead.letter.topic=dead"));
        assertThat(lettersAndPredictions).hasSameSizeAs(values);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(lettersAndPredictions.get(i).topic())
                    .as("topic of record %d", i)
                    .isEqualTo(isError(expected.get(i)) ? "dead" : "out");
        }

        for (Case poison : cases) {
            if (isError(poison.expected())) {
                assertThatThrownBy(() -> fail(poison.value(), with(settings, "deberta.on.error=fail")))
                        .as(poison.expected())
                        .hasStackTraceContaining(
                                "has no prediction: " + poison.expected().split(":")[0]);
            }
        }
    }

    /**
     * Runs a job that is to fail at its only record; without a collector, which may tell of the task's end before the job tells why. Where its task fails before Flink has told it that no more splits will come,
     * Flink says that in place of the task's own failure: then once more.
     */
    private static void fail(byte @Nullable [] value, String... settings) throws Exception {
        List<byte @Nullable []> values = new ArrayList<>();
        values.add(value);
        for (int attempt = 1; ; attempt++) {
            StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, new Configuration());
            routed(env, values, settings).sinkTo(new DiscardingSink<>());
            try {
                env.execute();
                return;
            } catch (JobExecutionException e) {
                if (attempt == ATTEMPTS || !ExceptionUtils.stringifyException(e).contains("NoMoreSplitEvent")) {
                    throw e;
                }
            }
        }
    }

    private static List<KafkaRecord> run(List<byte @Nullable []> values, String... settings) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, new Configuration());
        List<KafkaRecord> sent = new ArrayList<>();
        try (CloseableIterator<KafkaRecord> out = routed(env, values, settings).executeAndCollect()) {
            out.forEachRemaining(sent::add);
        }
        return sent;
    }

    private static DataStream<KafkaRecord> routed(
            StreamExecutionEnvironment env, List<byte @Nullable []> values, String... settings) {
        List<KafkaRecord> records = new ArrayList<>();
        for (byte @Nullable [] value : values) {
            records.add(new KafkaRecord("in", new Place("in", 0, records.size()), null, value, List.of(), -1));
        }
        Properties properties = new Properties();
        for (String setting : settings) {
            properties.setProperty(
                    setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        properties.setProperty("bootstrap.servers", "none");
        properties.setProperty("deberta.model", "../../model/demo/intents");
        properties.setProperty("deberta.input.topic", "in");
        properties.setProperty("deberta.output.topic", "out");
        properties.setProperty("deberta.order", "ordered");
        JobConfig config = JobConfig.from(properties);
        Rule rule = config.rules().get(0);
        return DebertaJob.route(
                rule, env.fromData(records, KafkaRecord.TYPE), config.kafka().requestLimit());
    }

    private static String summary(KafkaRecord sent) {
        Prediction prediction = PredictionCodec.predictions().decode(Objects.requireNonNull(sent.value()));
        if (prediction.getResult() instanceof PredictionError error) {
            return error.getKind() + ": " + error.getMessage();
        }
        return ((ClassificationResult) prediction.getResult())
                .getLabels()
                .get(0)
                .getLabel();
    }

    private static boolean isError(String summary) {
        return summary.contains(": ");
    }

    private static byte[] event(String text) {
        return PredictionCodec.textEvents()
                .encode(TextEvent.newBuilder().setId("id").setText(text).build());
    }

    /** A record with one string in Confluent's wire format. */
    private static byte[] framed(int schemaId, String text) {
        byte[] bytes = new byte[6 + text.length()];
        bytes[4] = (byte) schemaId;
        bytes[5] = (byte) (2 * text.length());
        System.arraycopy(text.getBytes(UTF_8), 0, bytes, 6, text.length());
        return bytes;
    }

    private static String[] with(String[] settings, String... more) {
        String[] all = Arrays.copyOf(settings, settings.length + more.length);
        System.arraycopy(more, 0, all, settings.length, more.length);
        return all;
    }
}
