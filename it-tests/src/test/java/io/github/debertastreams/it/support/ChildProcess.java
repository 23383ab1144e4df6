package io.github.debertastreams.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A main class of this class path in a JVM of its own, its output in a log file. */
public final class ChildProcess implements AutoCloseable {

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(40);

    private final Process process;
    private final Path log;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    public static ChildProcess start(Path log, String mainClass, String... arguments) throws IOException {
        return startWith("-Xmx512m", System.getProperty("java.class.path"), log, mainClass, arguments);
    }

    /** The same with a heap option and a class path of its own. */
    public static ChildProcess startWith(String heap, String classPath, Path log, String mainClass, String... arguments)
            throws IOException {
        List<String> options = List.of(
                heap,
                "--add-modules=jdk.incubator.vector",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-Dorg.slf4j.simpleLogger.showDateTime=true");
        return start(log, classPath, options, Map.of(), mainClass, List.of(arguments));
    }

    /** With options for Java and variables of the environment of its own. */
    public static ChildProcess start(
            Path log,
            String classPath,
            List<String> options,
            Map<String, String> environment,
            String mainClass,
            List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(arguments);
        Files.createDirectories(log.toAbsolutePath().getParent());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start(), log);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** SIGSTOP: the process stands still, and thinks afterwards that no time has passed. */
    public void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("kill " + signal + " failed with status " + kill.exitValue());
        }
    }

    /** SIGTERM; returns the exit status. */
    public int stop() {
        process.destroy();
        return await();
    }

    private int await() {
        return await(STOP_DEADLINE);
    }

    /** Waits for the end; returns the exit status. */
    public int await(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("still running after " + deadline + ", see " + log);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        return process.exitValue();
    }

    public Path log() {
        return log;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
