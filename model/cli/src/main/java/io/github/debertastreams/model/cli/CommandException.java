package io.github.debertastreams.model.cli;

/** A failure that its message explains to the person at the terminal. */
public final class CommandException extends RuntimeException {

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
