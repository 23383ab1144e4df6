package io.github.debertastreams.schemas;

import org.jspecify.annotations.Nullable;

/** Bytes that are not what they should be. The message says what was found, what was expected, and where. */
public final class UndecodableException extends RuntimeException {

    public UndecodableException(String message) {
        this(message, null);
    }

    public UndecodableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
