package io.github.debertastreams.flink.benchmark;

import io.github.debertastreams.model.cli.DebertaCommand;
import picocli.CommandLine.Command;

/** {@code deberta bench flink}; the launcher finds the other benchmarks in modules of their own. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measures.", subcommands = FlinkBenchmark.class)
public final class BenchCommand implements DebertaCommand {}
