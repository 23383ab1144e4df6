package io.github.debertastreams.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The packaged Flink job. */
public final class JobJar {

    private static final Path FOLDER = Path.of("..", "flink-operator", "job", "target");

    private JobJar() {}

    public static Path find() throws IOException {
        return find("job");
    }

    /** The same without the model's libraries. */
    public static Path thin() throws IOException {
        return find("thin");
    }

    private static Path find(String classifier) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file ->
                            file.getFileName().toString().matches("deberta-flink-job-.*-" + classifier + "\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no packaged job: run mvn package"))
                    .toAbsolutePath()
                    .normalize();
        }
    }
}
