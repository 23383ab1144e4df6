package io.github.debertastreams.kafka;

import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.rules.NoTextException;
import io.github.debertastreams.rules.OnError;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.rules.SourceUnavailableException;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import io.github.debertastreams.schemas.PredictionMapper;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The processor of one task: gives each record's text to the JVM's service, and forwards what was made of the record and its
 * prediction, in the records' order.
 *
 * @param <R> the forwarded values
 */
final class PredictTask<K, V, R> implements Processor<K, V, K, R> {

    private final PredictSettings<K, V> settings;
    private final BiFunction<Record<K, V>, Prediction, R> result;

    private @Nullable ProcessorContext<K, R> context;
    private @Nullable Running running;
    /** How many records may be pending behind the current one. */
    private int mayPend;

    PredictTask(PredictSettings<K, V> settings, BiFunction<Record<K, V>, Prediction, R> result) {
        this.settings = settings;
        this.result = result;
    }

    @Override
    public void init(ProcessorContext<K, R> processorContext) {
        context = processorContext;
        PredictionService service = PredictionService.acquire(settings.options(), settings.open());
        PendingBatchStore store = processorContext.getStateStore(settings.storeName());
        ForwardSchedule schedule = new ForwardSchedule(processorContext, store::size, store::forwardReady);
        running =
                new Running(service, store, schedule, TaskMetrics.of(processorContext, settings.storeName(), service));
        if (settings.lookahead() != null) {
            settings.lookahead().assigned(processorContext.taskId().partition(), service, settings.maxPending());
        }
        store.bind(schedule::follow);
    }

    @Override
    public void process(Record<K, V> record) {
        Running task = initialized(running);
        mayPend = settings.maxPending();
        task.store.add(predict(record), prediction -> forward(record, prediction));
        task.store.forwardReady();
        task.store.forwardUntil(mayPend);
        task.schedule.follow();
    }

    private void forward(Record<K, V> record, Prediction prediction) {
        initialized(running).metrics.record(prediction);
        if (prediction.getResult() instanceof PredictionError error
                && settings.errors().of(error.getKind()) == OnError.FAIL) {
            throw new RecordFailedException(error.getKind(), RecordPlace.of(initialized(context)));
        }
        initialized(context).forward(record.withValue(result.apply(record, prediction)));
    }

    /** The prediction of one record, or its error: completes exceptionally only when the model itself fails. */
    private CompletableFuture<Prediction> predict(Record<K, V> record) {
        if (record.value() == null) {
            return failed(ErrorKind.NO_TEXT, "the record has no value");
        }
        SourceText source;
        try {
            source = settings.extractor().extract(record.value());
        } catch (SourceUnavailableException e) {
            throw e;
        } catch (NoTextException e) {
            return failed(ErrorKind.NO_TEXT, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return failed(ErrorKind.UNDECODABLE, e.getMessage() == null ? e.toString() : e.getMessage());
        }
        if (source == null) {
            return failed(ErrorKind.NO_TEXT, "the record has no text");
        }
        String id = source.id() == null ? id(record) : source.id();
        return read(source.input())
                .thenApply(
                        reading -> new PredictionMapper(reading.model()).toAvro(id, reading.outcome(), Instant.now()));
    }

    /** What the model makes of the current record's text: it may have been read ahead. */
    private CompletableFuture<Lookahead.Reading> read(TextInput input) {
        PredictionService service = initialized(running).service;
        Lookahead lookahead = settings.lookahead();
        RecordMetadata place = initialized(context).recordMetadata().orElse(null);
        if (lookahead != null && place != null) {
            TopicPartition partition = new TopicPartition(place.topic(), place.partition());
            CompletableFuture<Lookahead.Reading> reading = lookahead.take(partition, place.offset(), input);
            if (reading != null) {
                mayPend = mayPend(lookahead.ahead(partition));
                return reading;
            }
        }
        return Lookahead.Reading.of(input, service);
    }

    /**
     * With a batch's worth of records ahead the model has enough to do: the task waits for its own record, so that a commit has
     * nothing to wait for. With fewer the thread polls for more meanwhile, where that does not keep results waiting.
     */
    private int mayPend(int ahead) {
        int batch = settings.options().maxBatchRecords();
        return ahead >= batch || !StreamThreadPending.ofThread().isLookedAt()
                ? 0
                : Math.min(batch, settings.maxPending());
    }

    /** The error of the current record, which has no text for the model. */
    private CompletableFuture<Prediction> failed(ErrorKind kind, String message) {
        RecordMetadata place = initialized(context).recordMetadata().orElse(null);
        if (settings.lookahead() != null && place != null) {
            settings.lookahead().passOver(new TopicPartition(place.topic(), place.partition()), place.offset());
        }
        return CompletableFuture.completedFuture(
                new PredictionMapper(ModelInfo.of(initialized(running).service.model()))
                        .failure(RecordPlace.of(initialized(context)), kind, message, Instant.now()));
    }

    private String id(Record<K, V> record) {
        String id = settings.id().of(record.key(), record.value());
        return id == null ? RecordPlace.of(initialized(context)) : id;
    }

    /** Forwards nothing: what a commit did not drain belongs to the task's next owner. */
    @Override
    public void close() {
        if (running != null) {
            if (settings.lookahead() != null) {
                settings.lookahead().forget(initialized(context).taskId().partition());
            }
            running.metrics.close();
            running.service.close();
            running = null;
        }
    }

    /** What a task holds between {@code init} and {@code close}. */
    private record Running(
            PredictionService service, PendingBatchStore store, ForwardSchedule schedule, TaskMetrics metrics) {}

    private static <T> T initialized(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the processor is not initialized, or closed");
        }
        return value;
    }
}
