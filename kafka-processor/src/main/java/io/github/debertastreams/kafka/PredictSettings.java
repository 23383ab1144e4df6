package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.rules.ErrorPolicy;
import io.github.debertastreams.rules.TextExtractor;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What all tasks of one processor share.
 *
 * @param storeName of the store of pending records
 * @param maxPending records of one task that the model is given at a time
 * @param lookahead what reads records before their turn; null where nothing does
 */
record PredictSettings<K, V>(
        ModelOptions options,
        TextExtractor<? super V> extractor,
        RecordId<? super K, ? super V> id,
        Function<ModelOptions, TextModel> open,
        String storeName,
        int maxPending,
        ErrorPolicy errors,
        @Nullable Lookahead lookahead) {

    private static final int PENDING_BATCHES = 4;

    PredictSettings {
        if (maxPending < 1) {
            throw new IllegalArgumentException("max pending is " + maxPending + ", expected 1 or more");
        }
    }

    static <K, V> PredictSettings<K, V> of(
            ModelOptions options, TextExtractor<? super V> extractor, Function<ModelOptions, TextModel> open) {
        String task = options.task() == null ? "" : "-" + options.task();
        return new PredictSettings<>(
                options,
                extractor,
                (key, value) -> null,
                open,
                storeName(options.model().getFileName() + task),
                defaultMaxPending(options),
                ErrorPolicy.ERROR_RECORDS,
                null);
    }

    static int defaultMaxPending(ModelOptions options) {
        return PENDING_BATCHES * options.maxBatchRecords();
    }

    static String storeName(String name) {
        return "deberta-pending-" + name;
    }

    PredictSettings<K, V> withId(RecordId<? super K, ? super V> value) {
        return new PredictSettings<>(options, extractor, value, open, storeName, maxPending, errors, lookahead);
    }

    PredictSettings<K, V> withStoreName(String value) {
        return new PredictSettings<>(options, extractor, id, open, value, maxPending, errors, lookahead);
    }

    PredictSettings<K, V> withMaxPending(int value) {
        return new PredictSettings<>(options, extractor, id, open, storeName, value, errors, lookahead);
    }

    PredictSettings<K, V> withErrors(ErrorPolicy value) {
        return new PredictSettings<>(options, extractor, id, open, storeName, maxPending, value, lookahead);
    }

    /**
     * The same, for records of a topic that are read before their turn.
     *
     * @param value of a polled record
     * @param streams what {@code KafkaStreams} will be made with; added to
     */
    PredictSettings<K, V> readingAhead(
            String topic, Function<ConsumerRecord<byte[], byte[]>, @Nullable V> value, Properties streams) {
        Lookahead ahead = new Lookahead(topic, polled -> {
            V found = value.apply(polled);
            return found == null ? null : extractor.extractAhead(found);
        });
        ahead.register(streams);
        return new PredictSettings<>(options, extractor, id, open, storeName, maxPending, errors, ahead);
    }
}
