package io.github.debertastreams.kafka.app;

import io.github.debertastreams.kafka.KafkaProcessorMain;
import io.github.debertastreams.model.cli.DebertaCommand;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deberta kafka}: the processor on the user's topics, until it is told to stop. */
@Command(
        name = "kafka",
        mixinStandardHelpOptions = true,
        description = "Runs the processor of a properties file on your topics until SIGTERM.")
public final class KafkaCommand implements DebertaCommand, Callable<Integer> {

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "properties: deberta.* keys are the processor's, all others Kafka's; see docs/kafka.md.")
    private Path config = Path.of("");

    @Option(
            names = "--dry-run",
            description = "print the topology and the resolved configuration with secrets hidden, and stop.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return dryRun ? KafkaProcessorMain.dryRun(config, spec.commandLine().getOut()) : KafkaProcessorMain.run(config);
    }
}
