package io.github.debertastreams.rules;

/** What becomes of a record that gives no prediction. */
public enum OnError {
    /** The task fails, and commits nothing of what it holds. */
    FAIL,
    /** A prediction with an error takes its place in the output. */
    ERROR_RECORD,
    /** The record itself goes to the dead-letter topic, with headers that say why. */
    DEAD_LETTER
}
