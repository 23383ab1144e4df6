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
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

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
                forward(record, Destination.OUTPUT, bytes);
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
        byte[] value = record.value().value();
        Record<byte[], Predicted<byte[]>> letter =
                record.withHeaders(said(new RecordHeaders(record.headers()), prediction, error));
        if (RequestSize.admits(limit, letter, value)) {
            forward(letter, Destination.DEAD_LETTERS, value);
            return true;
        }
        DeadLetterHeaders.omitValue(letter.headers(), value);
        if (!RequestSize.admits(limit, letter, null)) {
            letter = record.withHeaders(said(new RecordHeaders(), prediction, error));
            DeadLetterHeaders.omitValue(letter.headers(), value);
            DeadLetterHeaders.omitHeaders(letter.headers(), record.headers().toArray().length);
        }
        forwardOrFail(letter, Destination.DEAD_LETTERS, null);
        return true;
    }

    private Headers said(Headers headers, Prediction prediction, PredictionError error) {
        return DeadLetterHeaders.of(headers, context().recordMetadata(), rule.name(), prediction, error);
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
            byte[] bytes = encoder.apply(failed);
            if (RequestSize.admits(limit, record, bytes)) {
                forward(record, Destination.OUTPUT, bytes);
            } else { // without what of the record may be of any length
                failed.setId(RecordPlace.of(context()));
                forwardOrFail(record.withHeaders(new RecordHeaders()), Destination.OUTPUT, encoder.apply(failed));
            }
        }
    }

    /** @throws RecordFailedException where no producer takes it */
    private void forwardOrFail(
            Record<byte[], Predicted<byte[]>> record, Destination destination, byte @Nullable [] value) {
        if (!RequestSize.admits(limit, record, value)) {
            throw new RecordFailedException(RecordPlace.of(context()), limit);
        }
        forward(record, destination, value);
    }

    private void forward(Record<byte[], Predicted<byte[]>> record, Destination destination, byte @Nullable [] value) {
        context().forward(record.withValue(new Routed(destination, value)));
    }
}
