package io.github.debertastreams.flink.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.flink.job.KafkaRecord.Header;
import io.github.debertastreams.flink.job.KafkaRecord.Place;
import io.github.debertastreams.rules.RequestLimit;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.LabelScore;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.PredictionError;
import io.github.debertastreams.schemas.PredictionMapper;
import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.java.tuple.Tuple2;
import org.junit.jupiter.api.Test;

class RouteFunctionTest {

    private static final RequestLimit LIMIT = new RequestLimit(2_000);
    private static final KafkaRecord RECORD = new KafkaRecord(
            "events",
            new Place("events", 1, 7),
            "key".getBytes(UTF_8),
            "value".getBytes(UTF_8),
            List.of(new Header("own", null)),
            99);

    @Test
    void aPredictionTakesTheRecordsKeyTimeAndHeaders() throws Exception {
        KafkaRecord sent = route("", RECORD, classified("fine"));

        assertThat(sent.topic()).isEqualTo("out");
        assertThat(sent.key()).isEqualTo(RECORD.key());
        assertThat(sent.headers()).isEqualTo(RECORD.headers());
        assertThat(sent.timestamp()).isEqualTo(99);
        assertThat(read(sent)).isEqualTo(classified("fine"));
    }

    @Test
    void anErrorHasThePlaceOfItsRecordForAnId() throws Exception {
        Prediction sent = read(route("", RECORD, failed(ErrorKind.UNDECODABLE)));

        assertThat(sent.getId()).isEqualTo("events-1@7");
        assertThat(sent.getResult()).isEqualTo(new PredictionError(ErrorKind.UNDECODABLE, "no"));
    }

    @Test
    void aDeadLetterIsTheRecordWithReasons() throws Exception {
        KafkaRecord letter = route(
                "deberta.on.error.no.text=dead-letter\ndeberta.dead.letter.topic=dead",
                RECORD,
                failed(ErrorKind.NO_TEXT));

        assertThat(letter.topic()).isEqualTo("dead");
        assertThat(letter.value()).isEqualTo(RECORD.value());
        assertThat(letter.headers())
                .extracting(Header::name)
                .contains("own", "__streams.errors.offset", "deberta.error.kind", "deberta.rule");
    }

    @Test
    void aDeadLetterThatWouldNotFitLeavesItsValueOut() throws Exception {
        KafkaRecord large = RECORD.to("events", new byte[5_000], RECORD.headers());
        KafkaRecord letter =
                route("deberta.on.error=dead-letter\ndeberta.dead.letter.topic=dead", large, failed(ErrorKind.NO_TEXT));

        assertThat(letter.value()).isNull();
        assertThat(letter.headers()).extracting(Header::name).contains("deberta.value.omitted.bytes");
    }

    @Test
    void aPredictionAboveTheRequestSizeIsAnError() throws Exception {
        Prediction sent = read(route("", RECORD, classified("x".repeat(3_000))));

        assertThat(((PredictionError) sent.getResult()).getKind()).isEqualTo(ErrorKind.TOO_LARGE);
    }

    @Test
    void anErrorThatWouldNotFitLeavesItsHeadersAndItsIdOut() throws Exception {
        Prediction predicted = classified("fine");
        predicted.setId("i".repeat(3_000));
        KafkaRecord ofId = route("", RECORD, predicted);
        KafkaRecord ofHeaders = route("", with(new Header("large", new byte[3_000])), failed(ErrorKind.NO_TEXT));

        for (KafkaRecord sent : List.of(ofId, ofHeaders)) {
            assertThat(sent.fits(LIMIT)).isTrue();
            assertThat(sent.key()).isEqualTo(RECORD.key());
            assertThat(sent.headers()).isEmpty();
            assertThat(read(sent).getId()).isEqualTo("events-1@7");
            assertThat(((PredictionError) read(sent).getResult()).getKind()).isEqualTo(ErrorKind.TOO_LARGE);
        }
    }

    @Test
    void aDeadLetterThatWouldNotFitWithoutItsValueLeavesItsHeadersOutToo() throws Exception {
        KafkaRecord letter = route(
                "deberta.on.error=dead-letter\ndeberta.dead.letter.topic=dead",
                with(new Header("large", new byte[3_000])),
                failed(ErrorKind.NO_TEXT));

        assertThat(letter.fits(LIMIT)).isTrue();
        assertThat(letter.value()).isNull();
        assertThat(letter.headers())
                .extracting(Header::name)
                .contains("deberta.value.omitted.bytes", "deberta.headers.omitted", "deberta.error.kind")
                .doesNotContain("large");
    }

    @Test
    void aRecordWhoseKeyLeavesNoRoomForAnErrorFailsByName() {
        KafkaRecord record = new KafkaRecord("events", RECORD.place(), new byte[3_000], null, List.of(), 99);
        for (String policy : List.of("error-record", "dead-letter\ndeberta.dead.letter.topic=dead")) {
            assertThatThrownBy(() -> route("deberta.on.error=" + policy, record, failed(ErrorKind.NO_TEXT)))
                    .hasMessage("record events-1@7: not even an error with its key is let through by"
                            + " max.request.size, 2000");
        }
    }

    @Test
    void anErrorFailsTheJobWhereAskedTo() {
        assertThatThrownBy(() -> route("deberta.on.error=fail", RECORD, failed(ErrorKind.TIMEOUT)))
                .hasMessageContaining("events-1@7")
                .hasMessageContaining("TIMEOUT");
    }

    private static KafkaRecord with(Header header) {
        return RECORD.to("events", RECORD.value(), List.of(header));
    }

    private static KafkaRecord route(String more, KafkaRecord record, Prediction prediction) throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(
                "bootstrap.servers=b\ndeberta.model=m\ndeberta.input.topic=in\ndeberta.output.topic=out\n" + more));
        RouteFunction function =
                new RouteFunction(JobConfig.from(properties).rules().get(0), LIMIT);
        function.open(DefaultOpenContext.INSTANCE);
        List<KafkaRecord> sent = new ArrayList<>();
        function.flatMap(Tuple2.of(record, prediction), new ListCollector<>(sent));
        assertThat(sent).hasSize(1);
        return sent.get(0);
    }

    private static Prediction classified(String label) {
        Prediction prediction = failed(ErrorKind.UNKNOWN);
        prediction.setId("id");
        prediction.setResult(new ClassificationResult(List.of(new LabelScore(label, 1.0))));
        return prediction;
    }

    private static Prediction failed(ErrorKind kind) {
        return new PredictionMapper(new ModelInfo("name", "revision", "backend", "task"))
                .failure("", kind, "no", Instant.ofEpochMilli(5));
    }

    private static Prediction read(KafkaRecord sent) {
        return PredictionCodec.predictions().decode(Objects.requireNonNull(sent.value()));
    }
}
