package io.github.debertastreams.model.task;

/** How token labels become entities; Hugging Face's {@code aggregation_strategy}. */
public enum Aggregation {
    /** One entity per token whose label is not {@code O}. */
    NONE,
    /** Adjacent tokens of one type, B- and I- prefixes honoured, become one entity. */
    SIMPLE
}
