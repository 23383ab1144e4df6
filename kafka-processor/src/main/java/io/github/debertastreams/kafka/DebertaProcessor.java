package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import io.github.debertastreams.schemas.TextEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Puts a model into any topology: one prediction per record, in the partition's order, with the record's key, headers and
 * timestamp.
 *
 * <pre>{@code
 * KStream<String, Prediction> predictions = orders.process(DebertaProcessor.of(options, Order::comment));
 * }</pre>
 *
 * <p>Texts of all tasks and threads of the JVM are read in common batches, and nothing is lost: a commit waits for the
 * predictions of its records (exactly once under {@code exactly_once_v2}). A record that cannot be read becomes a prediction
 * whose result is a {@link io.github.debertastreams.schemas.PredictionError}; a failing model fails the task, which commits
 * nothing. The store that this needs is part of the supplier.
 */
public final class DebertaProcessor<K, V> implements ProcessorSupplier<K, V, K, Prediction> {

    /** Results are looked for this often while no record comes in; Streams' own grain is {@code poll.ms}. */
    private static final Duration FORWARD_INTERVAL = Duration.ofMillis(10);

    private static final int PENDING_BATCHES = 4;

    private final ModelOptions options;
    private final TextExtractor<? super K, ? super V> extractor;
    private final Function<ModelOptions, TextModel> open;
    private final String storeName;
    private final int maxPending;

    private DebertaProcessor(
            ModelOptions options,
            TextExtractor<? super K, ? super V> extractor,
            Function<ModelOptions, TextModel> open,
            String storeName,
            int maxPending) {
        this.options = options;
        this.extractor = extractor;
        this.open = open;
        this.storeName = storeName;
        this.maxPending = maxPending;
    }

    /** A processor that reads one text of each value; predictions are named by topic-partition@offset. */
    public static <K, V> DebertaProcessor<K, V> of(ModelOptions options, Function<? super V, @Nullable String> text) {
        return of(options, text(text), NlpModel::open);
    }

    /** A processor that finds texts, pairs and ids as the extractor says; see {@link #textEvents}. */
    public static <K, V> DebertaProcessor<K, V> reading(
            ModelOptions options, TextExtractor<? super K, ? super V> extractor) {
        return of(options, extractor, NlpModel::open);
    }

    /** A processor with the opener given; see {@link #named} and {@link #withMaxPending} for its defaults. */
    static <K, V> DebertaProcessor<K, V> of(
            ModelOptions options,
            TextExtractor<? super K, ? super V> extractor,
            Function<ModelOptions, TextModel> open) {
        String task = options.task() == null ? "" : "-" + options.task();
        return new DebertaProcessor<>(
                options,
                extractor,
                open,
                "deberta-pending-" + options.model().getFileName() + task,
                PENDING_BATCHES * options.maxBatchRecords());
    }

    /** The extractor of a value's text: no pair, and ids from the record's place in its topic. */
    static <K, V> TextExtractor<K, V> text(Function<? super V, @Nullable String> text) {
        return (key, value) -> {
            String found = text.apply(value);
            return found == null ? null : new SourceText(null, TextInput.of(found));
        };
    }

    /** The extractor of {@link TextEvent}s: their id, text and pair. */
    public static <K> TextExtractor<K, TextEvent> textEvents() {
        return (key, event) -> new SourceText(event.getId(), new TextInput(event.getText(), event.getTextPair()));
    }

    /** Names the store; needed where one topology holds two processors of one model and task. */
    public DebertaProcessor<K, V> named(String name) {
        return new DebertaProcessor<>(options, extractor, open, name, maxPending);
    }

    /** How many records of one task may wait for their predictions before its thread waits too; by default four batches. */
    public DebertaProcessor<K, V> withMaxPending(int records) {
        if (records < 1) {
            throw new IllegalArgumentException("max pending is " + records + ", expected 1 or more");
        }
        return new DebertaProcessor<>(options, extractor, open, storeName, records);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(PendingBatchStore.builder(storeName));
    }

    @Override
    public Processor<K, V, K, Prediction> get() {
        return new TaskProcessor();
    }

    private final class TaskProcessor implements Processor<K, V, K, Prediction> {

        private @Nullable ProcessorContext<K, Prediction> context;
        private @Nullable Running running;

        @Override
        public void init(ProcessorContext<K, Prediction> processorContext) {
            context = processorContext;
            PredictionService service = PredictionService.acquire(options, open);
            PendingBatchStore store = processorContext.getStateStore(storeName);
            running = new Running(service, new PredictionMapper(ModelInfo.of(service.model())), store);
            store.bind();
            processorContext.schedule(
                    FORWARD_INTERVAL, PunctuationType.WALL_CLOCK_TIME, timestamp -> store.forwardReady());
        }

        @Override
        public void process(Record<K, V> record) {
            ProcessorContext<K, Prediction> forward = initialized(context);
            Running task = initialized(running);
            task.store.add(predict(record), prediction -> forward.forward(record.withValue(prediction)));
            task.store.forwardReady();
            task.store.forwardUntil(maxPending);
        }

        /** The prediction of one record, or its error: completes exceptionally only when the model itself fails. */
        private CompletableFuture<Prediction> predict(Record<K, V> record) {
            if (record.value() == null) {
                return failed(ErrorKind.NO_TEXT, "the record has no value");
            }
            SourceText source;
            try {
                source = extractor.extract(record.key(), record.value());
            } catch (NoTextException e) {
                return failed(ErrorKind.NO_TEXT, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                return failed(ErrorKind.UNDECODABLE, e.getMessage() == null ? e.toString() : e.getMessage());
            }
            if (source == null) {
                return failed(ErrorKind.NO_TEXT, "the record has no text");
            }
            String id = source.id() == null ? place() : source.id();
            Running task = initialized(running);
            return task.service
                    .submit(source.input())
                    .thenApply(outcome -> task.mapper.toAvro(id, outcome, Instant.now()));
        }

        private CompletableFuture<Prediction> failed(ErrorKind kind, String message) {
            return CompletableFuture.completedFuture(
                    initialized(running).mapper.failure(place(), kind, message, Instant.now()));
        }

        private String place() {
            return initialized(context)
                    .recordMetadata()
                    .map(record -> record.topic() + "-" + record.partition() + "@" + record.offset())
                    .orElse("");
        }

        /** Forwards nothing: what a commit did not drain belongs to the task's next owner. */
        @Override
        public void close() {
            if (running != null) {
                running.service.close();
                running = null;
            }
        }
    }

    /** What a task holds between {@code init} and {@code close}. */
    private record Running(PredictionService service, PredictionMapper mapper, PendingBatchStore store) {}

    private static <T> T initialized(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the processor is not initialized, or closed");
        }
        return value;
    }
}
