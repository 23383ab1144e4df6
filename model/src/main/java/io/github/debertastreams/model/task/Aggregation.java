package io.github.debertastreams.model.task;

/** How token labels become entities; Hugging Face's {@code aggregation_strategy}. */
public enum Aggregation {
    /** One entity per token. */
    NONE,
    /** Adjacent tokens of one type, B- and I- prefixes honoured, become one entity. */
    SIMPLE,
    /** As {@link #SIMPLE}, of words; a word has the label of its first token. */
    FIRST,
    /** As {@link #SIMPLE}, of words; a word has the label with the highest mean of its tokens' scores. */
    AVERAGE,
    /** As {@link #SIMPLE}, of words; a word has the label of the token that is surest. */
    MAX
}
