package io.github.debertastreams.kafka;

import io.github.debertastreams.rules.RequestLimit;
import io.github.debertastreams.schemas.ErrorKind;

/**
 * A record without a prediction whose policy is to fail the task, or whose error cannot be sent either. The message says which record
 * and what kind of failure; not why, because reasons may quote the text, and exceptions are logged.
 */
public final class RecordFailedException extends RuntimeException {

    private final ErrorKind kind;

    RecordFailedException(ErrorKind kind, String place) {
        super("record " + place + " has no prediction: " + kind + ", and its policy is fail");
        this.kind = kind;
    }

    /** Of a record whose key alone leaves no room for an error. */
    RecordFailedException(String place, RequestLimit limit) {
        super("record " + place + ": not even an error with its key is let through by max.request.size, "
                + limit.bytes());
        this.kind = ErrorKind.TOO_LARGE;
    }

    public ErrorKind kind() {
        return kind;
    }
}
