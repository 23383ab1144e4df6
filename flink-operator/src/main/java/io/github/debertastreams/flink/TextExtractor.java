package io.github.debertastreams.flink;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Finds the text in a record. Travels with the job, so what it captures must be serializable. */
@FunctionalInterface
public interface TextExtractor<T> extends Serializable {

    /**
     * The text of one record and its id; null where the record has no text. What is thrown becomes an error-typed prediction of
     * this record. A record without a text has a prediction with an empty id.
     */
    @Nullable
    SourceText extract(T value);
}
