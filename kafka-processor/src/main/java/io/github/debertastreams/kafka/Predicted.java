package io.github.debertastreams.kafka;

import io.github.debertastreams.schemas.Prediction;
import org.jspecify.annotations.Nullable;

/** A record's value with its prediction, for who needs both. */
public record Predicted<V>(@Nullable V value, Prediction prediction) {}
