package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.rules.ErrorPolicy;
import io.github.debertastreams.rules.OnError;
import io.github.debertastreams.rules.TextExtractor;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.Prediction;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Puts a model into any topology: one prediction per record, in the partition's order, with the record's key, headers and
 * timestamp.
 *
 * <pre>{@code
 * StreamsBuilder builder = new StreamsBuilder();
 * KStream<String, Order> orders = builder.stream("orders", Consumed.with(Serdes.String(), orderSerde));
 * ModelOptions model = ModelOptions.of(modelDirectory);
 *
 * KStream<String, Prediction> intents = DebertaProcessor.<String, Order>of(model, Order::comment)
 *         .identifiedBy((key, order) -> order.number())
 *         .predict(orders);
 *
 * intents.to("intents", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
 * }</pre>
 *
 * <p>Texts of all tasks and threads of the JVM are read in common batches, and nothing is lost: a commit waits for the
 * predictions of its records (exactly once under {@code exactly_once_v2}). A record that cannot be read becomes a prediction
 * whose result is a {@link io.github.debertastreams.schemas.PredictionError}; a failing device fails the task, which commits
 * nothing. The store that this needs is part of the supplier.
 */
public final class DebertaProcessor<K, V> implements ProcessorSupplier<K, V, K, Prediction> {

    private final PredictSettings<K, V> settings;

    private DebertaProcessor(PredictSettings<K, V> settings) {
        this.settings = settings;
    }

    /** A processor that reads one text of each value; predictions are named by topic-partition@offset. */
    public static <K, V> DebertaProcessor<K, V> of(ModelOptions options, TextExtractor.TextOf<? super V> text) {
        return of(options, TextExtractor.text(text), NlpModel::open);
    }

    /** A processor that finds texts, pairs, candidates and ids as the extractor says; see {@link TextExtractor#textEvents}. */
    public static <K, V> DebertaProcessor<K, V> reading(ModelOptions options, TextExtractor<? super V> extractor) {
        return of(options, extractor, NlpModel::open);
    }

    /** A processor with the opener given. */
    static <K, V> DebertaProcessor<K, V> of(
            ModelOptions options, TextExtractor<? super V> extractor, Function<ModelOptions, TextModel> open) {
        return new DebertaProcessor<>(PredictSettings.of(options, extractor, open));
    }

    /** Names predictions by the record's key or value, where the extractor does not. */
    public DebertaProcessor<K, V> identifiedBy(RecordId<? super K, ? super V> id) {
        return new DebertaProcessor<>(settings.withId(id));
    }

    /** Names the store; needed where one topology holds two processors of one model and task. */
    public DebertaProcessor<K, V> named(String name) {
        return new DebertaProcessor<>(settings.withStoreName(name));
    }

    /** How many records of one task may wait for their predictions before its thread waits too; by default four batches. */
    public DebertaProcessor<K, V> withMaxPending(int records) {
        return new DebertaProcessor<>(settings.withMaxPending(records));
    }

    /**
     * Gives texts to the model as soon as their records are polled, before their turn, so that a commit has nothing to wait for and
     * the model goes on meanwhile: more records a second, and each sooner. For a stream that is this topic as it is: of what a filter
     * drops, or another value takes the place of, the reading was in vain. Sooner yet with {@link #clients}.
     *
     * @param values makes a deserializer of the topic's values for each thread
     * @param streams the settings that {@code KafkaStreams} is made with later; an interceptor of the consumer is added to them
     */
    public DebertaProcessor<K, V> readingAhead(
            String topic, Supplier<? extends Deserializer<? extends V>> values, Properties streams) {
        ThreadLocal<Deserializer<? extends V>> deserializer = ThreadLocal.withInitial(values);
        return new DebertaProcessor<>(settings.readingAhead(
                topic, polled -> deserializer.get().deserialize(topic, polled.headers(), polled.value()), streams));
    }

    /**
     * Clients to make {@code KafkaStreams} with, Kafka's own but for one thing: a stream thread that waits for records goes on when a
     * prediction is there to be forwarded. Then threads fetch records while the model reads others, and each prediction comes sooner.
     * Not used by Kafka Streams with {@code group.protocol=streams}.
     */
    public static KafkaClientSupplier clients() {
        return new LookingConsumer.Clients();
    }

    /** Fails the task at a record of one of these kinds, with a {@link RecordFailedException}; by default none does. */
    public DebertaProcessor<K, V> failingOn(ErrorKind... kinds) {
        Map<ErrorKind, OnError> byKind = new EnumMap<>(ErrorKind.class);
        for (ErrorKind kind : kinds) {
            byKind.put(kind, OnError.FAIL);
        }
        return new DebertaProcessor<>(settings.withErrors(new ErrorPolicy(byKind, null)));
    }

    /** The predictions of a stream's records. */
    public KStream<K, Prediction> predict(KStream<K, V> stream) {
        return stream.process(this);
    }

    /** The records of a stream with their predictions beside their values. */
    public KStream<K, Predicted<V>> predictBeside(KStream<K, V> stream) {
        return stream.process(beside());
    }

    /** The same processor, forwarding values with their predictions beside them. */
    ProcessorSupplier<K, V, K, Predicted<V>> beside() {
        return new PredictSupplier<>(settings, (record, prediction) -> new Predicted<>(record.value(), prediction));
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return predictions().stores();
    }

    @Override
    public Processor<K, V, K, Prediction> get() {
        return predictions().get();
    }

    private PredictSupplier<K, V, Prediction> predictions() {
        return new PredictSupplier<>(settings, (record, prediction) -> prediction);
    }
}
