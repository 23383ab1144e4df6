package io.github.debertastreams.it.container;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tree's {@code docker-compose.yml} with both hosts, under a name and on ports of its own. */
final class ComposeStack implements AutoCloseable {

    private static final String PROJECT = "deberta-smoke";
    private static final List<String> PORTS =
            List.of("KAFKA_PORT", "PROCESSOR_PORT", "FLINK_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT");

    private final Map<String, String> environment = new HashMap<>();
    private final Path logs = Path.of("target", "containers").toAbsolutePath();

    /** @param settings variables of the file */
    ComposeStack(Map<String, String> settings) throws IOException {
        environment.putAll(settings);
        for (String port : PORTS) {
            environment.put(port, Integer.toString(freePort()));
        }
    }

    void up() throws IOException {
        compose("up", "-d", "--build");
    }

    String bootstrapServers() {
        return "127.0.0.1:" + environment.get("KAFKA_PORT");
    }

    /** The address of a service's container in the stack's network. */
    String address(String service) throws IOException {
        String template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        return Docker.docker("inspect", "-f", template, container(service)).strip();
    }

    String logs(String service) throws IOException {
        return Docker.docker("logs", container(service));
    }

    /** SIGKILL, and the same container again. */
    void killAndRestart(String service) throws IOException {
        String container = container(service);
        Docker.docker("kill", container);
        Docker.docker("start", container);
    }

    /** {@code healthy}, {@code starting} or {@code unhealthy}. */
    String health(String service) throws IOException {
        return Docker.docker("inspect", "-f", "{{.State.Health.Status}}", container(service))
                .strip();
    }

    /** Keeps the logs and takes everything away, volumes too. */
    @Override
    public void close() throws IOException {
        Files.createDirectories(logs);
        Files.writeString(logs.resolve("compose.log"), compose("logs", "--no-color"));
        compose("down", "--volumes", "--remove-orphans");
    }

    /** Containers, networks and volumes of the stack, whatever became of them. */
    static List<String> remains() throws IOException {
        String label = "label=com.docker.compose.project=" + PROJECT;
        List<String> found = new ArrayList<>();
        found.addAll(lines(Docker.docker("ps", "-aq", "--filter", label)));
        found.addAll(lines(Docker.docker("network", "ls", "-q", "--filter", label)));
        found.addAll(lines(Docker.docker("volume", "ls", "-q", "--filter", label)));
        return found;
    }

    private String container(String service) throws IOException {
        return compose("ps", "-q", service).strip();
    }

    private String compose(String... command) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-p", PROJECT, "--profile", "kafka", "--profile", "flink"));
        arguments.addAll(List.of(command));
        return Docker.compose(environment, arguments);
    }

    private static List<String> lines(String output) {
        return output.lines().filter(line -> !line.isBlank()).toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
