package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.cli.DebertaCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code deberta bench …}: measurements beside peers, and the comparison of tokenizers by random texts. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the model beside its peers, in one run.",
        subcommands = {
            EncoderBenchmark.class,
            StartBenchmark.class,
            TokenizerBenchmark.class,
            WordLengthBenchmark.class,
            TokenizerFuzz.class
        })
public final class BenchCommand implements DebertaCommand, Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "which one? One of " + spec.subcommands().keySet());
    }
}
