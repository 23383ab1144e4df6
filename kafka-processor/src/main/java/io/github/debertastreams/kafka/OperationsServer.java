package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The program's endpoints: {@code /metrics} for Prometheus, {@code /health/live} (200 unless the program has failed) and
 * {@code /health/ready} (200 while all threads run). Read-only, without a password: on the loopback unless told otherwise.
 */
final class OperationsServer implements AutoCloseable {

    private static final int OK = 200;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final String JSON = "application/json";

    private final HttpServer server;
    private final ExecutorService threads;

    private OperationsServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** @throws IOException where the port is taken */
    static OperationsServer start(
            InetSocketAddress address, Supplier<KafkaStreams.State> state, Supplier<String> metrics)
            throws IOException {
        HttpServer server = HttpServer.create(address, 0);
        ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "deberta-operations");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/metrics", exchange -> answer(exchange, OK, PrometheusText.CONTENT_TYPE, metrics));
        server.createContext("/health/live", exchange -> {
            KafkaStreams.State now = state.get();
            health(exchange, now, now != KafkaStreams.State.ERROR && now != KafkaStreams.State.PENDING_ERROR);
        });
        server.createContext("/health/ready", exchange -> {
            KafkaStreams.State now = state.get();
            health(exchange, now, now == KafkaStreams.State.RUNNING);
        });
        server.start();
        return new OperationsServer(server, threads);
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void health(HttpExchange exchange, KafkaStreams.State state, boolean well) throws IOException {
        answer(exchange, well ? OK : UNAVAILABLE, JSON, () -> "{\"state\":\"" + state + "\"}\n");
    }

    private static void answer(HttpExchange exchange, int status, String type, Supplier<String> body)
            throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, -1);
                return;
            }
            byte[] bytes = body.get().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
