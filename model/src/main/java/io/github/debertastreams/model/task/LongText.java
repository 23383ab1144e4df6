package io.github.debertastreams.model.task;

/** What becomes of a text that is longer than the model reads. */
public enum LongText {
    /** Its beginning is read, and the prediction says so. */
    TRUNCATE,
    /** It is read in windows that overlap, and their results are merged. */
    WINDOW,
    /** It is refused. */
    REJECT
}
