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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program's endpoints: {@code /metrics} for Prometheus, {@code /health/live} (200 unless the program has failed) and
 * {@code /health/ready} (200 while all threads run). Read-only, without a password: on the loopback unless told otherwise.
 */
final class OperationsServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OperationsServer.class);

    private static final int OK = 200;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final String JSON = "application/json";

    private final HttpServer server;
    private final ExecutorService threads;
    private volatile Supplier<KafkaStreams.State> state = () -> KafkaStreams.State.CREATED;
    private volatile Supplier<String> metrics = () -> "";

    private OperationsServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Answers while models are still being opened; null where no port is wanted.
     *
     * @throws IOException where the port is taken
     */
    static @Nullable OperationsServer start(Operations operations) throws IOException {
        InetSocketAddress endpoint = operations.endpoint();
        return endpoint == null ? null : start(endpoint);
    }

    /** @throws IOException where the port is taken */
    static OperationsServer start(InetSocketAddress address) throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on http://" + address.getHostString() + ":" + address.getPort() + ": "
                            + e.getMessage(),
                    e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "deberta-operations");
            thread.setDaemon(true);
            return thread;
        });
        OperationsServer server = new OperationsServer(http, threads);
        server.start();
        log.info("metrics and health at http://{}:{}", address.getHostString(), server.port());
        return server;
    }

    private void start() {
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
    }

    /** What is told from now on; until then, that the program has just been created. */
    void tell(Supplier<KafkaStreams.State> newState, Supplier<String> newMetrics) {
        metrics = newMetrics;
        state = newState;
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
