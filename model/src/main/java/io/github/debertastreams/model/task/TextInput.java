package io.github.debertastreams.model.task;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One text, or a pair of texts, to be read by the model. Any UTF-16 is accepted; a lone surrogate is read as U+FFFD. */
public record TextInput(String text, @Nullable String textPair) {

    public TextInput {
        Objects.requireNonNull(text, "text");
    }

    public static TextInput of(String text) {
        return new TextInput(text, null);
    }
}
