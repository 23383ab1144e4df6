package io.github.debertastreams.kafka;

import io.github.debertastreams.schemas.ErrorKind;

/**
 * A record without a prediction whose policy is to fail the task. The message says which record and what kind of failure; not why,
 * because reasons may quote the text, and exceptions are logged.
 */
public final class RecordFailedException extends RuntimeException {

    private final ErrorKind kind;

    RecordFailedException(ErrorKind kind, String place) {
        super("record " + place + " has no prediction: " + kind + ", and its policy is fail");
        this.kind = kind;
    }

    public ErrorKind kind() {
        return kind;
    }
}
