package io.github.debertastreams.model.hub;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays a hub on this machine: a repository, its API, and a second server to which large files are redirected. */
final class FakeHub implements AutoCloseable {

    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final int LARGE = 1000;

    /** What a request said. */
    record Seen(boolean store, String path, String authorization, String range) {}

    private final HttpServer hub = server(false);
    private final HttpServer store = server(true);
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, String> listed = new ConcurrentHashMap<>();
    private final Map<String, List<Integer>> statuses = new ConcurrentHashMap<>();
    private final List<Integer> cuts = new CopyOnWriteArrayList<>();
    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger active = new AtomicInteger();
    volatile String commit = COMMIT;
    volatile String token = "";
    volatile String renamed = "";
    volatile String location = "";
    volatile boolean ranges = true;
    volatile boolean endless;
    volatile String etag = "";

    FakeHub() {
        hub.start();
        store.start();
    }

    private HttpServer server(boolean ofStore) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "fake-hub");
                thread.setDaemon(true);
                return thread;
            }));
            server.createContext("/", exchange -> answer(exchange, ofStore));
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    FakeHub with(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    FakeHub with(String name, String content) {
        return with(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** A JSON entry in the list of files instead of the sound one. */
    FakeHub listing(String name, String json) {
        listed.put(name, json);
        return this;
    }

    /** Statuses to give for paths that end so, one per request, before answering. */
    FakeHub failing(String pathEnd, Integer... first) {
        statuses.put(pathEnd, new CopyOnWriteArrayList<>(first));
        return this;
    }

    /** The store cuts its answers after so many bytes, one per request. */
    FakeHub cutting(Integer... bytes) {
        cuts.addAll(Arrays.asList(bytes));
        return this;
    }

    List<String> requested(String pathPart) {
        return seen.stream()
                .map(Seen::path)
                .filter(path -> path.contains(pathPart))
                .toList();
    }

    static String sha256(byte[] content) {
        return digest("SHA-256", content);
    }

    static String gitBlob(byte[] content) {
        byte[] header = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(header, header.length + content.length);
        System.arraycopy(content, 0, all, header.length, content.length);
        return digest("SHA-1", all);
    }

    private static String digest(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        store.stop(0);
    }

    private void answer(HttpExchange exchange, boolean ofStore) throws IOException {
        active.incrementAndGet();
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            Headers request = exchange.getRequestHeaders();
            seen.add(new Seen(
                    ofStore,
                    path,
                    String.valueOf(request.getFirst("Authorization")),
                    String.valueOf(request.getFirst("Range"))));
            for (Map.Entry<String, List<Integer>> failing : statuses.entrySet()) {
                if (path.endsWith(failing.getKey()) && !failing.getValue().isEmpty()) {
                    int status = failing.getValue().remove(0);
                    exchange.getResponseHeaders().add("Retry-After", "0");
                    exchange.sendResponseHeaders(status, -1);
                    return;
                }
            }
            if (ofStore) {
                content(exchange, path.substring(1), true);
            } else if (!token.isEmpty() && !("Bearer " + token).equals(request.getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
            } else {
                hubAnswer(exchange, path);
            }
        } finally {
            active.decrementAndGet();
        }
    }

    private void hubAnswer(HttpExchange exchange, String path) throws IOException {
        String rest = path.replaceFirst("^/api/models/[^/]+/[^/]+/", "api/").replaceFirst("^/[^/]+/[^/]+/", "");
        if (!renamed.isEmpty() && !path.contains(renamed)) {
            exchange.getResponseHeaders()
                    .add("Location", path.replaceFirst("[^/]+/[^/]+/(?=resolve|revision|tree)", renamed + "/"));
            exchange.sendResponseHeaders(307, -1);
        } else if (rest.startsWith("api/revision/")) {
            json(exchange, "{\"id\":\"x\",\"sha\":\"" + commit + "\"}");
        } else if (rest.equals("api/tree/" + commit)) {
            tree(exchange);
        } else if (rest.startsWith("resolve/" + commit + "/")) {
            String name = rest.substring(("resolve/" + commit + "/").length());
            byte[] content = files.get(name);
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().add("X-Repo-Commit", commit);
            if (content.length >= LARGE) {
                exchange.getResponseHeaders().add("X-Linked-Size", String.valueOf(content.length));
                exchange.getResponseHeaders()
                        .add("X-Linked-Etag", "\"" + (etag.isEmpty() ? sha256(content) : etag) + "\"");
                String there = "http://127.0.0.1:" + store.getAddress().getPort() + "/" + name;
                exchange.getResponseHeaders().add("Location", location.isEmpty() ? there : location);
                exchange.sendResponseHeaders(302, -1);
            } else {
                exchange.getResponseHeaders().add("ETag", "\"" + gitBlob(content) + "\"");
                content(exchange, name, false);
            }
        } else {
            exchange.sendResponseHeaders(404, -1);
        }
    }

    /** The list of files in pages of three. */
    private void tree(HttpExchange exchange) throws IOException {
        List<String> entries = new ArrayList<>();
        entries.add("{\"type\":\"directory\",\"oid\":\"" + "0".repeat(40) + "\",\"size\":0,\"path\":\"onnx\"}");
        files.forEach((name, content) -> entries.add(listed.getOrDefault(name, entry(name, content))));
        listed.forEach((name, json) -> {
            if (!files.containsKey(name)) {
                entries.add(json);
            }
        });
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        int from = query.startsWith("cursor=") ? Integer.parseInt(query.substring("cursor=".length())) : 0;
        int to = Math.min(entries.size(), from + 3);
        if (to < entries.size()) {
            exchange.getResponseHeaders()
                    .add(
                            "Link",
                            "<" + endpoint() + exchange.getRequestURI().getPath() + "?cursor=" + to
                                    + ">; rel=\"next\"");
        }
        json(exchange, "[" + String.join(",", entries.subList(from, to)) + "]");
    }

    static String entry(String name, byte[] content) {
        String start = "{\"type\":\"file\",\"path\":\"" + name + "\",\"size\":" + content.length + ",\"oid\":\"";
        return content.length < LARGE
                ? start + gitBlob(content) + "\"}"
                : start + "0".repeat(40) + "\",\"lfs\":{\"oid\":\"" + sha256(content) + "\",\"size\":" + content.length
                        + ",\"pointerSize\":134}}";
    }

    private static void json(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private void content(HttpExchange exchange, String name, boolean ofStore) throws IOException {
        byte[] content = files.getOrDefault(name, new byte[0]);
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null || !ranges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, endless ? 0 : Math.max(1, content.length - from));
        int length = content.length - from;
        if (ofStore && !cuts.isEmpty()) {
            length = Math.min(length, cuts.remove(0));
        }
        OutputStream body = exchange.getResponseBody();
        body.write(content, from, length);
        body.flush();
        if (endless) {
            body.write(new byte[100_000]);
        }
    }
}
