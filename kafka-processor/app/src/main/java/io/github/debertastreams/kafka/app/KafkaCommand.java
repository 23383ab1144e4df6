package io.github.debertastreams.kafka.app;

import io.github.debertastreams.kafka.KafkaProcessorMain;
import io.github.debertastreams.model.cli.DebertaCommand;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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

    @Override
    public Integer call() {
        return KafkaProcessorMain.run(config);
    }
}
