package io.github.debertastreams.flink.job;

import io.github.debertastreams.flink.job.KafkaRecord.Header;
import io.github.debertastreams.rules.OnError;
import io.github.debertastreams.rules.RequestLimit;
import io.github.debertastreams.rules.Rule;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import io.github.debertastreams.schemas.PredictionMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.util.Collector;
import org.apache.flink.util.SerializedValue;
import org.jspecify.annotations.Nullable;

/** What is sent for a record and its prediction: the prediction, an error in its place, or the record as a dead letter. */
final class RouteFunction extends RichFlatMapFunction<Tuple2<KafkaRecord, Prediction>, KafkaRecord> {

    private static final long serialVersionUID = 1;

    /** Unpacked where it is used: it has kinds of errors, whose class is Avro's, and a JobManager's threads shall not meet them. */
    private final SerializedValue<Rule> packed;

    private final RequestLimit limit;

    private transient @Nullable Rule opened;
    private transient @Nullable Function<Prediction, byte[]> encoder;

    RouteFunction(Rule rule, RequestLimit limit) {
        try {
            this.packed = new SerializedValue<>(rule);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.limit = limit;
    }

    @Override
    public void open(OpenContext context) throws IOException, ClassNotFoundException {
        Rule rule = packed.deserializeValue(RouteFunction.class.getClassLoader());
        opened = rule;
        encoder = rule.output().encoder();
    }

    @Override
    public void flatMap(Tuple2<KafkaRecord, Prediction> pair, Collector<KafkaRecord> out) {
        KafkaRecord record = pair.f0;
        Prediction prediction = pair.f1;
        if (prediction.getId().isEmpty()) { // an error of a record whose text nobody saw
            prediction.setId(record.place().toString());
        }
        out.collect(
                prediction.getResult() instanceof PredictionError error
                        ? failed(record, prediction, error)
                        : predicted(record, prediction));
    }

    /** The prediction in its topic, or what becomes of it where it is too large. */
    private KafkaRecord predicted(KafkaRecord record, Prediction prediction) {
        KafkaRecord sent = encoded(record, prediction, record.headers());
        if (sent.fits(limit)) {
            return sent;
        }
        String message = "the prediction has more bytes than max.request.size, " + limit.bytes() + ", lets through";
        PredictionError error = new PredictionError(ErrorKind.TOO_LARGE, message);
        Prediction failed = PredictionMapper.failed(prediction, error);
        return prediction.getResult().equals(error) ? bare(record, failed) : failed(record, failed, error);
    }

    private KafkaRecord failed(KafkaRecord record, Prediction prediction, PredictionError error) {
        Rule rule = rule();
        OnError policy = rule.errors().of(error.getKind());
        return switch (policy) {
            case ERROR_RECORD -> predicted(record, prediction);
            case DEAD_LETTER ->
                DeadLetters.of(
                        record,
                        Objects.requireNonNull(rule.errors().deadLetterTopic()),
                        rule.name(),
                        prediction,
                        error,
                        limit);
            case FAIL ->
                throw new IllegalStateException("record " + record.place() + " has no prediction: " + error.getKind()
                        + ", " + error.getMessage());
        };
    }

    /** An error without what of its record may be of any length: headers and id. */
    private KafkaRecord bare(KafkaRecord record, Prediction error) {
        error.setId(record.place().toString());
        return encoded(record, error, List.of()).requireFits(limit);
    }

    private KafkaRecord encoded(KafkaRecord record, Prediction prediction, List<Header> headers) {
        byte[] value = Objects.requireNonNull(encoder, "not open").apply(prediction);
        return record.to(rule().output().topic(), value, headers);
    }

    private Rule rule() {
        return Objects.requireNonNull(opened, "not open");
    }
}
