package io.github.debertastreams.rules;

import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.TextEvent;
import java.io.Serializable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the text in a record's value. Threads share it, and in Flink it travels with the job: what it captures must be serializable.
 */
@FunctionalInterface
public interface TextExtractor<V> extends Serializable {

    /**
     * The text of one value; null where it has none. What is thrown becomes an error of this record alone: of kind {@code NO_TEXT}
     * for a {@link NoTextException}, otherwise of kind {@code UNDECODABLE}; but a {@link SourceUnavailableException} says that the
     * record is not at fault, and fails the task.
     */
    @Nullable
    SourceText extract(V value);

    /**
     * The same from what is at hand, asking nobody, for a record whose turn has not come: where somebody had to be asked, such as a
     * registry, that is a {@link SourceUnavailableException}.
     */
    default @Nullable SourceText extractAhead(V value) {
        return extract(value);
    }

    /** The extractor of a value's text: no pair, and the host's name for the record. */
    static <V> TextExtractor<V> text(TextOf<? super V> text) {
        return value -> {
            String found = text.apply(value);
            return found == null ? null : SourceText.of(found);
        };
    }

    /** The extractor of {@link TextEvent}s: their id, text and pair. */
    static TextExtractor<TextEvent> textEvents() {
        return event -> new SourceText(event.getId(), new TextInput(event.getText(), event.getTextPair()));
    }

    /** The text of a value; null where it has none. */
    @FunctionalInterface
    interface TextOf<V> extends Function<V, @Nullable String>, Serializable {}
}
