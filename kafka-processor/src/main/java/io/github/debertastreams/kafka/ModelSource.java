package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.TextModel;
import java.util.function.Function;

/**
 * Where models come from.
 *
 * @param revision what lies there now
 */
record ModelSource(Function<ModelOptions, TextModel> open, Function<ModelOptions, String> revision) {

    /** Directories in Hugging Face's layout, and hubs. */
    static final ModelSource FILES = new ModelSource(NlpModel::open, NlpModel::revisionOf);
}
