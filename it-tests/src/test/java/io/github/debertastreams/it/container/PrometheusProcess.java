package io.github.debertastreams.it.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.it.support.Observability;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code prometheus} of this machine with the tree's configuration and alert rules, scraping a stack by its containers' addresses. */
final class PrometheusProcess implements AutoCloseable {

    private final Process process;
    private final int port;

    private PrometheusProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static boolean isInstalled() {
        try {
            return new ProcessBuilder("prometheus", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @param addresses by the names that the configuration has */
    static PrometheusProcess start(Path folder, Map<String, String> addresses) throws IOException {
        Files.createDirectories(folder);
        String config = Files.readString(Observability.FOLDER.resolve("prometheus.yml"));
        for (Map.Entry<String, String> address : addresses.entrySet()) {
            config = config.replace("\"" + address.getKey() + ":", "\"" + address.getValue() + ":");
        }
        Files.writeString(folder.resolve("prometheus.yml"), config);
        Files.writeString(folder.resolve("alerts.yml"), Files.readString(Observability.FOLDER.resolve("alerts.yml")));
        int port = freePort();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        return new PrometheusProcess(process, port);
    }

    /** How many samples a query gives; none where it failed, or the server is not up yet. */
    int samples(String query) throws InterruptedException {
        return get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .map(answer -> answer.path("data").path("result").size())
                .orElse(0);
    }

    /** The health of each alert rule: {@code ok} where it was evaluated. */
    List<String> ruleHealth() throws InterruptedException {
        return get("/api/v1/rules")
                .map(rules -> rules.findValuesAsText("health"))
                .orElse(List.of());
    }

    private Optional<JsonNode> get(String path) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        try {
            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200
                    ? Optional.of(new JsonMapper().readTree(response.body()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
