package io.github.debertastreams.kafka;

import io.github.debertastreams.kafka.Routed.Destination;
import io.github.debertastreams.rules.OnError;
import io.github.debertastreams.rules.RequestLimit;
import io.github.debertastreams.rules.Rule;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import io.github.debertastreams.schemas.PredictionMapper;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Encodes predictions, and sends each record where its rule's policy wants it. */
final class RouteProcessor extends ContextualProcessor<byte[], Predicted<byte[]>, byte[], Routed> {

    private final Rule rule;
    private final Function<Prediction, byte[]> encoder;
    private final RequestLimit limit;

    RouteProcessor(Rule rule, Function<Prediction, byte[]> encoder, RequestLimit limit) {
        this.rule = rule;
        this.encoder = encoder;
        this.limit = limit;
    }

    @Override
    public void process(Record<byte[], Predicted<byte[]>> record) {
        Prediction prediction = record.value().prediction();
        if (!deadLetter(record, prediction)) {
            byte[] bytes = encoder.apply(prediction);
            if (RequestSize.admits(limit, record, bytes)) {
                context().forward(record.withValue(new Routed(Destination.OUTPUT, bytes)));
            } else {
                tooLarge(record, prediction, bytes.length);
            }
        }
    }

    /** Sends the record to the dead letters, where its kind of failure goes there. */
    private boolean deadLetter(Record<byte[], Predicted<byte[]>> record, Prediction prediction) {
        if (!(prediction.getResult() instanceof PredictionError error)
                || rule.errors().of(error.getKind()) != OnError.DEAD_LETTER) {
            return false;
        }
        Record<byte[], Predicted<byte[]>> letter = record.withHeaders(
                DeadLetterHeaders.of(record.headers(), context().recordMetadata(), rule.name(), prediction, error));
        byte[] value = record.value().value();
        if (value != null && !RequestSize.admits(limit, letter, value)) {
            DeadLetterHeaders.omitValue(letter.headers(), value.length);
            value = null;
        }
        context().forward(letter.withValue(new Routed(Destination.DEAD_LETTERS, value)));
        return true;
    }

    private void tooLarge(Record<byte[], Predicted<byte[]>> record, Prediction prediction, int size) {
        PredictionError error = new PredictionError(
                ErrorKind.TOO_LARGE,
                "the prediction has " + size + " bytes, more than max.request.size " + limit.bytes() + " lets through");
        Prediction failed = PredictionMapper.failed(prediction, error);
        if (rule.errors().of(ErrorKind.TOO_LARGE) == OnError.FAIL) {
            throw new RecordFailedException(ErrorKind.TOO_LARGE, RecordPlace.of(context()));
        }
        if (!deadLetter(record, failed)) {
            context().forward(record.withValue(new Routed(Destination.OUTPUT, encoder.apply(failed))));
        }
    }
}
