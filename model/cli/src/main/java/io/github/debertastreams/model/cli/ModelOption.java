package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.hub.Hub;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --model}: a directory, or a model's name on a hub. */
final class ModelOption {

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "model directory, or ORG/NAME on a hub: taken from the cache, fetched first if need be.")
    private Path model = Path.of("");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** The model's directory; shows a download's progress where there is one. */
    Path directory() {
        try (Progress progress = new Progress(spec.commandLine().getErr(), "bytes")) {
            return Hub.fromEnvironment().resolve(model, progress::at);
        }
    }
}
