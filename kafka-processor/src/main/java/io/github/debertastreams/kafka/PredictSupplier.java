package io.github.debertastreams.kafka;

import io.github.debertastreams.schemas.Prediction;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/** Makes {@link PredictTask}s and the store that each needs. */
record PredictSupplier<K, V, R>(PredictSettings<K, V> settings, BiFunction<Record<K, V>, Prediction, R> result)
        implements ProcessorSupplier<K, V, K, R> {

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(PendingBatchStore.builder(settings.storeName()));
    }

    @Override
    public Processor<K, V, K, R> get() {
        return new PredictTask<>(settings, result);
    }
}
