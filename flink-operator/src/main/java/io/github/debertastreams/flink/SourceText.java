package io.github.debertastreams.flink;

import io.github.debertastreams.model.task.TextInput;
import java.util.Objects;

/**
 * What a {@link TextExtractor} finds in a record.
 *
 * @param id the prediction's id; Flink has no other name for a record
 */
public record SourceText(String id, TextInput input) {

    public SourceText {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(input, "input");
    }

    public static SourceText of(String id, String text) {
        return new SourceText(id, TextInput.of(text));
    }
}
