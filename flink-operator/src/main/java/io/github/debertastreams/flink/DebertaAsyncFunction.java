package io.github.debertastreams.flink;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands each record's text to the TaskManager's {@link PredictionService}, whose threads complete the results. Of a late result
 * after a timeout Flink takes no notice: the first completion counts.
 */
final class DebertaAsyncFunction<T> extends RichAsyncFunction<T, Prediction>
        implements ResultTypeQueryable<Prediction> {

    private final TextExtractor<? super T> extractor;
    private final PredictOptions options;
    private final ModelOpener open;

    private transient @Nullable Running running;

    DebertaAsyncFunction(TextExtractor<? super T> extractor, PredictOptions options, ModelOpener open) {
        this.extractor = extractor;
        this.options = options;
        this.open = open;
    }

    @Override
    public void open(OpenContext context) {
        PredictionService service = PredictionService.acquire(options.modelOptions(), open);
        running = new Running(service, new PredictionMapper(ModelInfo.of(service.model())));
    }

    @Override
    public void asyncInvoke(T value, ResultFuture<Prediction> result) {
        Running task = opened();
        SourceText source;
        try {
            source = extractor.extract(value);
        } catch (RuntimeException e) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            fail(result, "", ErrorKind.UNDECODABLE, message);
            return;
        }
        if (source == null) {
            fail(result, "", ErrorKind.NO_TEXT, "the record has no text");
            return;
        }
        String id = source.id();
        task.service.submit(source.input()).whenComplete((outcome, failure) -> {
            if (failure == null) {
                complete(result, task.mapper, id, outcome);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    @Override
    public void timeout(T value, ResultFuture<Prediction> result) {
        // the contract has no kind for this yet
        fail(
                result,
                id(value),
                ErrorKind.UNKNOWN,
                "no prediction within " + options.timeout().toMillis() + " ms");
    }

    @Override
    public void close() {
        if (running != null) {
            running.service.close();
            running = null;
        }
    }

    @Override
    public TypeInformation<Prediction> getProducedType() {
        return PredictionTypeInfo.INSTANCE;
    }

    private static void complete(ResultFuture<Prediction> result, PredictionMapper mapper, String id, Outcome outcome) {
        Prediction prediction;
        try {
            prediction = mapper.toAvro(id, outcome, Instant.now());
        } catch (
                RuntimeException e) { // on the service's thread nobody else would hear of it, and the record would wait
            result.completeExceptionally(e);
            return;
        }
        result.complete(List.of(prediction));
    }

    private void fail(ResultFuture<Prediction> result, String id, ErrorKind kind, String message) {
        result.complete(List.of(opened().mapper.failure(id, kind, message, Instant.now())));
    }

    /** The id of a record whose text is being read: the extractor found one before. */
    private String id(T value) {
        SourceText source = extractor.extract(value);
        return source == null ? "" : source.id();
    }

    private Running opened() {
        if (running == null) {
            throw new IllegalStateException("the function is not open");
        }
        return running;
    }

    /** What the function holds between {@code open} and {@code close}. */
    private record Running(PredictionService service, PredictionMapper mapper) {}
}
