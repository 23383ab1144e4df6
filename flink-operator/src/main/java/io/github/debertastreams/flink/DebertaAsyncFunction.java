package io.github.debertastreams.flink;

import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.rules.NoTextException;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.rules.SourceUnavailableException;
import io.github.debertastreams.rules.TextExtractor;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.io.File;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands each record's text to the TaskManager's {@link PredictionService}, whose threads complete the results. A text whose time is
 * over, or whose subtask ends, is taken back: it is not read where no batch has it yet.
 */
final class DebertaAsyncFunction<T, R> extends RichAsyncFunction<T, R> implements ResultTypeQueryable<R> {

    private static final long serialVersionUID = 1;

    private final TextExtractor<? super T> extractor;
    private final PredictOptions options;
    private final ModelOpener open;
    private final Output<T, R> output;

    private transient @Nullable RuntimeContext given;
    private transient volatile @Nullable Running running;

    /**
     * What is made of a record and its prediction.
     *
     * @param type of what is made
     */
    record Output<T, R>(Combiner<T, R> combiner, TypeInformation<R> type) implements Serializable {

        /** Travels with the job. */
        interface Combiner<T, R> extends BiFunction<T, Prediction, R>, Serializable {}
    }

    DebertaAsyncFunction(
            TextExtractor<? super T> extractor, PredictOptions options, ModelOpener open, Output<T, R> output) {
        this.extractor = extractor;
        this.options = options;
        this.open = open;
        this.output = output;
    }

    /** Keeps what it is given: the context that an async function has then knows no distributed cache. */
    @Override
    public void setRuntimeContext(RuntimeContext context) {
        super.setRuntimeContext(context);
        given = context;
    }

    @Override
    public void open(OpenContext context) {
        RuntimeContext runtime = getRuntimeContext();
        ModelLocation location = new ModelLocation(this::cached, runtime.getUserCodeClassLoader());
        PredictionService service = PredictionService.acquire(options.modelOptions(location), open);
        running = new Running(
                service, PredictionMetrics.of(runtime.getMetricGroup(), service), new ConcurrentHashMap<>());
    }

    @Override
    public void asyncInvoke(T value, ResultFuture<R> result) {
        SourceText source;
        try {
            source = extractor.extract(value);
        } catch (SourceUnavailableException e) {
            throw e;
        } catch (NoTextException e) {
            complete(value, result, failure("", ErrorKind.NO_TEXT, String.valueOf(e.getMessage())));
            return;
        } catch (RuntimeException e) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            complete(value, result, failure("", ErrorKind.UNDECODABLE, message));
            return;
        }
        if (source == null) {
            complete(value, result, failure("", ErrorKind.NO_TEXT, "the record has no text"));
            return;
        }
        submit(value, source, result);
    }

    /** Whatever goes wrong on the service's thread must reach the result, or the record would wait for ever. */
    private void submit(T value, SourceText source, ResultFuture<R> result) {
        Running task = opened();
        String id = source.id() == null ? "" : source.id();
        CompletableFuture<Prediction> submitted = task.service.submit(
                source.input(), (model, outcome) -> mapper(model).toAvro(id, outcome, Instant.now()));
        task.waiting.put(result, new Waiting(id, submitted));
        submitted.whenComplete((prediction, failure) -> {
            if (task.waiting.remove(result) == null) {
                return; // taken back
            }
            if (failure != null) {
                result.completeExceptionally(cause(failure));
                return;
            }
            try {
                complete(value, result, prediction);
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
    }

    /** Flink gives the same {@code result} as before. */
    @Override
    public void timeout(T value, ResultFuture<R> result) {
        Waiting late = opened().waiting.remove(result);
        if (late != null) { // otherwise the prediction has just come
            late.prediction.cancel(false);
            String message = "no prediction within " + options.timeout().toMillis() + " ms";
            complete(value, result, failure(late.id, ErrorKind.TIMEOUT, message));
        }
    }

    @Override
    public void close() {
        Running task = running;
        running = null;
        if (task != null) {
            task.takeBack();
            task.service.close();
        }
    }

    @Override
    public TypeInformation<R> getProducedType() {
        return output.type;
    }

    private void complete(T value, ResultFuture<R> result, Prediction prediction) {
        Running task = running;
        if (task != null) { // a late result may come after the end
            task.metrics.record(prediction);
        }
        result.complete(List.of(output.combiner.apply(value, prediction)));
    }

    private Prediction failure(String id, ErrorKind kind, String message) {
        return mapper(opened().service.model()).failure(id, kind, message, Instant.now());
    }

    private File cached(String name) {
        if (given == null) {
            throw new IllegalStateException("the function has no context");
        }
        return given.getDistributedCache().getFile(name);
    }

    private static PredictionMapper mapper(TextModel model) {
        return new PredictionMapper(ModelInfo.of(model));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private Running opened() {
        Running task = running;
        if (task == null) {
            throw new IllegalStateException("the function is not open");
        }
        return task;
    }

    /** A prediction that a record waits for. */
    private record Waiting(String id, CompletableFuture<Prediction> prediction) {}

    /**
     * What the function holds between {@code open} and {@code close}.
     *
     * @param waiting by their results; whoever removes one completes it
     */
    private record Running(
            PredictionService service, PredictionMetrics metrics, Map<ResultFuture<?>, Waiting> waiting) {

        void takeBack() {
            for (ResultFuture<?> result : waiting.keySet()) {
                Waiting taken = waiting.remove(result);
                if (taken != null) {
                    taken.prediction.cancel(false);
                }
            }
        }
    }
}
