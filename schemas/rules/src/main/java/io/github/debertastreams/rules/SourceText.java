package io.github.debertastreams.rules;

import io.github.debertastreams.model.task.TextInput;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TextExtractor} finds in a record.
 *
 * @param id the prediction's id; null: the host names the record, by topic-partition@offset where it knows them
 */
public record SourceText(@Nullable String id, TextInput input) {

    public SourceText {
        Objects.requireNonNull(input, "input");
    }

    /** A text whose record the host names. */
    public static SourceText of(String text) {
        return new SourceText(null, TextInput.of(text));
    }

    public static SourceText of(@Nullable String id, String text) {
        return new SourceText(id, TextInput.of(text));
    }
}
