package io.github.debertastreams.flink;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import java.io.Serializable;
import java.util.function.Function;

/** Opens the model on the TaskManager; tests put a fake here. */
@FunctionalInterface
interface ModelOpener extends Function<ModelOptions, TextModel>, Serializable {}
