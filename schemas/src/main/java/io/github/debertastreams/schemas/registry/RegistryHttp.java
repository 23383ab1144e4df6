package io.github.debertastreams.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a registry, again and again while it does not answer, at each of its addresses in turn. Threads may share it. */
final class RegistryHttp {

    private static final Logger log = LoggerFactory.getLogger(RegistryHttp.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int MAX_ANSWER_BYTES = 8 << 20;
    private static final int NOT_FOUND = 404;
    /** Confluent's {@code error_code}s of what is unknown, with that of versions between them. */
    private static final int SUBJECT_NOT_FOUND = 40_401;

    private static final int SCHEMA_NOT_FOUND = 40_403;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final RegistryOptions options;
    private final HttpClient client;

    RegistryHttp(RegistryOptions options) {
        this.options = options;
        this.client = HttpClient.newBuilder()
                .connectTimeout(options.requestTimeout())
                .sslContext(options.tls().context())
                .build();
    }

    /** What the registry says; null where it says that there is no such thing. */
    @Nullable
    JsonNode get(String path) {
        return ask(path, null);
    }

    @Nullable
    JsonNode post(String path, Map<String, ?> body) {
        try {
            return ask(path, JSON.writeValueAsString(body));
        } catch (IOException e) {
            throw new IllegalStateException("a map was not written as JSON", e);
        }
    }

    private @Nullable JsonNode ask(String path, @Nullable String body) {
        long deadline = System.nanoTime() + options.retryFor().toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        for (int attempt = 0; ; attempt++) {
            URI url = URI.create(options.urls().get(attempt % options.urls().size()) + path);
            String failure;
            try {
                HttpResponse<byte[]> response = send(request(url, body));
                if (isUnknown(response)) {
                    return null;
                }
                if (!mayPass(response.statusCode())) {
                    return answer(url, response);
                }
                failure = "status " + response.statusCode()
                        + (response.statusCode() == NOT_FOUND ? ", not the registry's: is the URL's path right?" : "");
            } catch (ExecutionException e) {
                failure = String.valueOf(e.getCause());
            } catch (TimeoutException e) {
                failure = "no complete answer in " + options.requestTimeout();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryException("interrupted while waiting for " + url, e);
            }
            if (System.nanoTime() + Duration.ofMillis(pause).toNanos() > deadline) {
                throw new RegistryException("no answer from " + url + " in " + options.retryFor() + ", " + (attempt + 1)
                        + " attempts; the last: " + failure);
            }
            log.warn("{}: {}; asked again in about {} ms", url, failure, pause);
            sleep(url, pause);
            pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
        }
    }

    /** The whole answer: the time of a request of Java's own ends where the body begins. */
    private HttpResponse<byte[]> send(HttpRequest request)
            throws ExecutionException, TimeoutException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, headers -> new BoundedBody(MAX_ANSWER_BYTES));
        try {
            return answer.get(options.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            answer.cancel(true);
        }
    }

    private HttpRequest request(URI url, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).header("Accept", TYPE + ", application/json");
        if (options.basicAuth() != null) {
            request.header(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(options.basicAuth().getBytes(UTF_8)));
        } else if (options.bearerToken() != null) {
            request.header("Authorization", "Bearer " + options.bearerToken());
        }
        return body == null
                ? request.build()
                : request.header("Content-Type", TYPE)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
    }

    private static JsonNode answer(URI url, HttpResponse<byte[]> response) {
        byte[] bytes = response.body();
        if (response.statusCode() != 200) {
            throw new RegistryException(url + " answered with status " + response.statusCode() + ": " + message(bytes));
        }
        if (bytes.length > MAX_ANSWER_BYTES) {
            throw new RegistryException(url + " answered with more than " + MAX_ANSWER_BYTES + " bytes");
        }
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new RegistryException(url + " answered with something that is not JSON", e);
        }
    }

    private static String message(byte[] bytes) {
        return error(bytes).path("message").asText("no message");
    }

    /** What a failure's body says; nothing where it is not JSON. */
    private static JsonNode error(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    /** Whether the registry says that it has no such subject, version or schema. Any other 404 is of who knows whom. */
    private static boolean isUnknown(HttpResponse<byte[]> response) {
        int code = response.statusCode() == NOT_FOUND
                ? error(response.body()).path("error_code").asInt()
                : 0;
        return code >= SUBJECT_NOT_FOUND && code <= SCHEMA_NOT_FOUND;
    }

    /** Whether another attempt may find another answer. */
    private static boolean mayPass(int status) {
        return status >= 500 || status == 429 || status == 408 || status == NOT_FOUND;
    }

    /** A random part keeps the threads of many instances from asking in the same moment. */
    private static void sleep(URI url, long millis) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while waiting for " + url, e);
        }
    }
}
