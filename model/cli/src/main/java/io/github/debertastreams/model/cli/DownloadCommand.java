package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.hub.Hub;
import io.github.debertastreams.model.hub.Repository;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deberta download}: a model of a hub into the local cache. */
@Command(
        name = "download",
        mixinStandardHelpOptions = true,
        description = {
            "Fetches a model into Hugging Face's cache and prints its directory.",
            "Honours HF_ENDPOINT, HF_TOKEN, HF_HOME, HF_HUB_CACHE and HF_HUB_OFFLINE. What is there is not fetched again,"
                    + " and a download that was cut goes on."
        })
final class DownloadCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ORG/NAME", description = "the model's name on the hub.")
    private String model = "";

    @Option(
            names = "--revision",
            defaultValue = Hub.MAIN,
            paramLabel = "R",
            description = "branch, tag or commit; default: main.")
    private String revision = Hub.MAIN;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Repository repository;
        try {
            repository = Repository.parse(model);
        } catch (IllegalArgumentException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
        Path directory;
        try (Progress progress = new Progress(spec.commandLine().getErr(), "bytes")) {
            directory = Hub.fromEnvironment().download(repository, revision, progress::at);
        }
        spec.commandLine().getOut().println(directory);
        return 0;
    }
}
