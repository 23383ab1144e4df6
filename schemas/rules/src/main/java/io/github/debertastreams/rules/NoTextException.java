package io.github.debertastreams.rules;

/** A readable record without a text where one was expected. The message says where. */
public final class NoTextException extends RuntimeException {

    public NoTextException(String message) {
        super(message);
    }
}
