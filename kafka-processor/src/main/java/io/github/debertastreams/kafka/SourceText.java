package io.github.debertastreams.kafka;

import io.github.debertastreams.model.task.TextInput;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TextExtractor} finds in a record.
 *
 * @param id the prediction's id; null: topic-partition@offset of the record
 */
public record SourceText(@Nullable String id, TextInput input) {

    public SourceText {
        Objects.requireNonNull(input, "input");
    }
}
