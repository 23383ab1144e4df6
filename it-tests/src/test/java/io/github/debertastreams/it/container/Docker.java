package io.github.debertastreams.it.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The commands that a user types: {@code docker} and {@code docker compose}, from the root of the tree. */
final class Docker {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int MINUTES = 6;

    private Docker() {}

    static boolean answers() {
        try {
            return run(Map.of(), List.of("docker", "info")).status() == 0;
        } catch (IOException e) {
            return false; // not installed
        }
    }

    /** {@code docker build} of a module's Dockerfile; returns the image's name. */
    static String build(String module) throws IOException {
        String image = "deberta-streams/" + module + ":test";
        docker("build", "-q", "-f", module + "/Dockerfile", "-t", image, ".");
        return image;
    }

    /** Runs {@code docker} with these arguments; returns what it printed. */
    static String docker(String... arguments) throws IOException {
        return checked(
                Map.of(),
                Stream.concat(Stream.of("docker"), Stream.of(arguments)).toList());
    }

    /** {@code docker compose}, or the older {@code docker-compose} where the plug-in is not installed. */
    static String compose(Map<String, String> environment, List<String> arguments) throws IOException {
        boolean plugin = run(Map.of(), List.of("docker", "compose", "version")).status() == 0;
        List<String> command = plugin ? List.of("docker", "compose") : List.of("docker-compose");
        return checked(
                environment, Stream.concat(command.stream(), arguments.stream()).toList());
    }

    private static String checked(Map<String, String> environment, List<String> command) throws IOException {
        Output output = run(environment, command);
        if (output.status() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + output.status() + ": " + output.text());
        }
        return output.text();
    }

    private record Output(int status, String text) {}

    private static Output run(Map<String, String> environment, List<String> command) throws IOException {
        Path log = Files.createTempFile("docker", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(ROOT.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(new HashMap<>(environment));
            Process process = builder.start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " did not end: " + Files.readString(log));
            }
            return new Output(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command + " ran", e);
        } finally {
            Files.delete(log);
        }
    }
}
