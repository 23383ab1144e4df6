package io.github.debertastreams.schemas;

import io.github.debertastreams.model.TextModel;

/** What a prediction says about the model that made it. */
public record ModelInfo(String name, String revision, String backend, String task) {

    public static ModelInfo of(TextModel model) {
        return new ModelInfo(model.name(), model.revision(), model.backend(), model.task());
    }
}
