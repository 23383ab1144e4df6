package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.cli.DebertaCommand;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code deberta bench …}: measurements beside peers, and the comparison of tokenizers by random texts. Hosts add theirs through
 * {@link Benchmark}.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the model beside its peers, in one run.",
        subcommands = {
            EncoderBenchmark.class,
            GemmBenchmark.class,
            StartBenchmark.class,
            TokenizerBenchmark.class,
            WordLengthBenchmark.class,
            TokenizerFuzz.class
        })
public final class BenchCommand implements DebertaCommand, Runnable {

    private CommandSpec spec = CommandSpec.create();

    @Spec
    void setSpec(CommandSpec newSpec) {
        spec = newSpec;
        for (Benchmark benchmark : ServiceLoader.load(Benchmark.class)) {
            CommandLine command = new CommandLine(benchmark);
            spec.addSubcommand(command.getCommandName(), command);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "which one? One of " + spec.subcommands().keySet());
    }
}
