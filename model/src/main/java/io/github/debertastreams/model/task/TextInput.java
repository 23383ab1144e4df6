package io.github.debertastreams.model.task;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One text, or a pair of texts, to be read by the model. Any UTF-16 is accepted; a lone surrogate is read as U+FFFD.
 *
 * @param candidates of this input alone: the labels of zero-shot classification, the targets of fill-mask, the choices of multiple
 *     choice; empty: those of the options
 */
public record TextInput(String text, @Nullable String textPair, List<String> candidates) {

    public TextInput {
        Objects.requireNonNull(text, "text");
        candidates = List.copyOf(candidates);
    }

    public TextInput(String text, @Nullable String textPair) {
        this(text, textPair, List.of());
    }

    public static TextInput of(String text) {
        return new TextInput(text, null);
    }
}
