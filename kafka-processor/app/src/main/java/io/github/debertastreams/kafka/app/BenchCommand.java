package io.github.debertastreams.kafka.app;

import io.github.debertastreams.model.cli.DebertaCommand;
import picocli.CommandLine.Command;

/** {@code deberta bench kafka}; the launcher finds the other benchmarks in a module of their own. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measures.", subcommands = KafkaBenchmark.class)
public final class BenchCommand implements DebertaCommand {}
