package io.github.debertastreams.model.task;

/** A typed prediction. The family is closed; a test walks it, so that no mapping can forget a member. */
public sealed interface Prediction permits Classification, Entities, Answers, MaskFills, Embedding, TokenEmbeddings {}
