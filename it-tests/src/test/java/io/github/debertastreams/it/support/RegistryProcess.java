package io.github.debertastreams.it.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** An Apicurio Registry with its data in memory, in a process of its own. It needs Java 21 or newer. */
public final class RegistryProcess implements AutoCloseable {

    private static final Path HOME = Path.of("target", "apicurio");
    private static final Path JVMS = Path.of("/usr/lib/jvm");
    private static final int LEAST_JAVA = 21;
    private static final int START_SECONDS = 90;

    private final Process process;
    private final String url;

    private RegistryProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Skips the test, saying why, where the registry or its Java is not here. */
    public static RegistryProcess startOrSkip(Path folder) throws IOException, InterruptedException {
        assumeTrue(Files.isDirectory(HOME), "skipped: no Apicurio Registry in " + HOME + ", -Pexternals brings it");
        Optional<Path> java = java();
        assumeTrue(java.isPresent(), "skipped: Apicurio Registry needs Java 21 or newer, there is none in " + JVMS);
        Files.createDirectories(folder);
        int port = freePort();
        Process process = new ProcessBuilder(
                        java.orElseThrow().toString(),
                        "-Xmx512m",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=" + freePort(),
                        "-jar",
                        jar().toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("apicurio.log").toFile())
                .start();
        RegistryProcess registry = new RegistryProcess(process, "http://localhost:" + port + "/apis/ccompat/v7");
        registry.awaitStart(folder);
        return registry;
    }

    /** Of the API that speaks as Confluent's does. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void awaitStart(Path folder) throws InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/subjects")).build();
        long start = System.nanoTime();
        while (System.nanoTime() - start < START_SECONDS * 1_000_000_000L) {
            try {
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                if (!process.isAlive()) {
                    break;
                }
            }
            Thread.sleep(200);
        }
        close();
        throw new IllegalStateException("the registry did not start, see " + folder.resolve("apicurio.log"));
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.walk(HOME)) {
            return files.filter(file -> file.getFileName().toString().equals("quarkus-run.jar")
                            || file.getFileName().toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no jar to run in " + HOME));
        }
    }

    private static Optional<Path> java() throws IOException {
        if (Runtime.version().feature() >= LEAST_JAVA) {
            return Optional.of(Path.of(System.getProperty("java.home"), "bin", "java"));
        }
        if (!Files.isDirectory(JVMS)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(JVMS)) {
            return homes.filter(RegistryProcess::isNewEnough)
                    .map(home -> home.resolve("bin/java"))
                    .findFirst();
        }
    }

    private static boolean isNewEnough(Path home) {
        try {
            return Files.readAllLines(home.resolve("release")).stream()
                    .filter(line -> line.startsWith("JAVA_VERSION=\""))
                    .map(line -> line.replaceAll("\\D+(\\d+).*", "$1"))
                    .anyMatch(major -> Integer.parseInt(major) >= LEAST_JAVA);
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
