package io.github.debertastreams.model.cli;

/** A picocli command that another module adds to {@code deberta}; found with {@link java.util.ServiceLoader}. */
public interface DebertaCommand {}
