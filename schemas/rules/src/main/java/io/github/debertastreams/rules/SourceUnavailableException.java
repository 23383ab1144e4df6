package io.github.debertastreams.rules;

/**
 * A record cannot be read now, and is not at fault: the schema registry does not answer, or refuses us. The task fails, nothing is
 * committed, and the record is read again.
 */
public final class SourceUnavailableException extends RuntimeException {

    public SourceUnavailableException(String message) {
        super(message);
    }

    public SourceUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
