package io.github.debertastreams.kafka;

import org.jspecify.annotations.Nullable;

/** Finds the text in a record. Stream threads share it. */
@FunctionalInterface
public interface TextExtractor<K, V> {

    /**
     * The text of one record; null where the record has none. What is thrown becomes an error-typed prediction of this record:
     * of kind {@code UNDECODABLE}, or of kind {@code NO_TEXT} for a {@link NoTextException}.
     */
    @Nullable
    SourceText extract(@Nullable K key, V value);
}
