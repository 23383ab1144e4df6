package io.github.debertastreams.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a registry answers, in this process: schemas by id, registration, and whatever failure a test asks for. */
final class RegistryStub implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    final List<@Nullable String> authorizations = Collections.synchronizedList(new ArrayList<>());
    /** Answers with this status so many times, before anything else. */
    final AtomicInteger failures = new AtomicInteger();

    volatile int failureStatus = 503;
    volatile String failureBody = "{\"error_code\": 1, \"message\": \"failing as asked\"}";

    /** Stops so many times in the middle of an answer, before anything else. */
    final AtomicInteger stalls = new AtomicInteger();

    private final Map<String, Object> answers = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Integer>> subjects = new LinkedHashMap<>();
    private final AtomicInteger nextId = new AtomicInteger(100);
    private final HttpServer server;

    RegistryStub(HttpServer server) {
        this.server = server;
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "registry-stub");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
    }

    static RegistryStub start() throws IOException {
        return new RegistryStub(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Answers a GET of this path so. */
    RegistryStub with(String path, Object answer) {
        answers.put(path, answer);
        return this;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        asked.add(exchange.getRequestMethod() + " " + path);
        authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        if (stalls.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            return; // not closed: the rest does not come
        }
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            reply(exchange, failureStatus, failureBody);
            return;
        }
        Object answer = exchange.getRequestMethod().equals("GET") ? answers.get(path) : registration(path, body);
        if (answer == null) {
            reply(exchange, 404, Map.of("error_code", 40403, "message", "not found"));
        } else {
            reply(exchange, 200, answer);
        }
    }

    private synchronized @Nullable Object registration(String path, String body) throws IOException {
        String[] parts = path.split("/");
        Map<String, Integer> versions = subjects.computeIfAbsent(parts[2], subject -> new LinkedHashMap<>());
        String schema = JSON.readTree(body).get("schema").textValue();
        if (parts.length == 4) {
            int id = versions.computeIfAbsent(schema, unknown -> nextId.getAndIncrement());
            answers.put("/schemas/ids/" + id, Map.of("schema", schema));
        }
        Integer id = versions.get(schema);
        return id == null ? null : Map.of("subject", parts[2], "id", id, "version", 1, "schema", schema);
    }

    private static void reply(HttpExchange exchange, int status, Object answer) throws IOException {
        byte[] bytes = answer instanceof String text ? text.getBytes(UTF_8) : JSON.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
