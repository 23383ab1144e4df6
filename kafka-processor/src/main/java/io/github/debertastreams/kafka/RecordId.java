package io.github.debertastreams.kafka;

import org.jspecify.annotations.Nullable;

/** Names the prediction of a record, where the text extractor does not; null: topic-partition@offset. */
@FunctionalInterface
public interface RecordId<K, V> {

    @Nullable
    String of(@Nullable K key, V value);
}
