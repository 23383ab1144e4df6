package io.github.debertastreams.benchmark;

/** A benchmark of a host: a picocli command below {@code deberta bench}, found as a service. */
public interface Benchmark {}
