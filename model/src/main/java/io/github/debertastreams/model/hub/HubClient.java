package io.github.debertastreams.model.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks to a hub: lists a repository and fetches its files.
 *
 * <p>The token goes to the hub's own origin alone; a redirect elsewhere, as for large files, is followed without it. What a
 * server says about sizes bounds what is read, and every file must have its checksum. A cut connection, 429 and 5xx are tried
 * again with growing waits, and a file goes on where it was cut. Threads may share it.
 */
final class HubClient {

    private static final int MAX_REDIRECTS = 5;
    /** Tries in a row that bring nothing. */
    private static final int MAX_TRIES = 5;

    private static final int MAX_PAGES = 50;
    private static final int MAX_JSON_BYTES = 16 << 20;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final Pattern NEXT_PAGE = Pattern.compile("<([^<>]+)>\\s*;\\s*rel=\"next\"");
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-.*");
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .build();

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_REFUSED = 416;
    private static final int MAX_SHOWN = 120;
    private static final Logger log = LoggerFactory.getLogger(HubClient.class);

    private final HubSettings settings;
    private final HttpClient client;

    /** An answer that may be better later, such as 503. */
    private static final class TryLater extends IOException {
        private static final long serialVersionUID = 1L;
        private final Duration wait;

        TryLater(String message, Duration wait) {
            super(message);
            this.wait = wait;
        }
    }

    private interface Exchange<T> {
        T run() throws IOException;
    }

    HubClient(HubSettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.patience())
                .build();
    }

    /** The files of a revision's top folder. */
    Listing list(Repository repository, String revision) {
        String api = settings.endpoint() + "/api/models/" + repository;
        String what = repository + " at " + revision;
        String commit = json(URI.create(api + "/revision/" + encoded(revision)), what, page -> {})
                .path("sha")
                .asText();
        if (!HubFile.isCommit(commit)) {
            throw failed(what, "its commit is '" + printable(commit) + "', expected 40 hexadecimal digits");
        }
        Map<String, HubFile> files = new LinkedHashMap<>();
        @Nullable URI[] next = {URI.create(api + "/tree/" + commit)};
        for (int page = 0; next[0] != null; page++) {
            URI at = next[0];
            next[0] = null;
            if (page == MAX_PAGES || !sameOrigin(at, settings.endpoint())) {
                throw failed(what, "its list of files goes on at " + printable(at.toString()));
            }
            JsonNode entries = json(at, what, headers -> next[0] = nextPage(at, headers));
            if (!entries.isArray()) {
                throw failed(what, "its list of files is no JSON array");
            }
            for (JsonNode entry : entries) {
                if (entry.path("type").asText().equals("file")) {
                    HubFile file = file(entry, what);
                    files.put(file.name(), file);
                }
            }
        }
        return new Listing(commit, files);
    }

    /**
     * Fetches a file into {@code partial}, going on behind the bytes that it has.
     *
     * @param progress told how many bytes of the file are there
     * @throws ModelException of kind {@code BUNDLE} when the hub does not have or give it, or its checksum is another
     */
    void fetch(Repository repository, String commit, HubFile file, Path partial, LongConsumer progress) {
        URI uri =
                URI.create(settings.endpoint() + "/" + repository + "/resolve/" + commit + "/" + encoded(file.name()));
        String what = repository + "/" + file.name();
        tries(what, true, () -> length(partial), () -> {
            transfer(uri, what, commit, file, partial, progress);
            return file;
        });
    }

    private void transfer(URI uri, String what, String commit, HubFile file, Path partial, LongConsumer progress)
            throws IOException {
        MessageDigest digest = file.digest();
        long had = takeUp(partial, file, digest);
        long have = had;
        if (have == 0 || have < file.size()) {
            HttpResponse<InputStream> response =
                    send(uri, what, have, headers -> requireUnchanged(headers, what, commit, file));
            try (InputStream body = response.body()) {
                if (have > 0 && response.statusCode() != PARTIAL_CONTENT) { // all of it comes, or the range is refused
                    have = 0;
                    digest = file.digest();
                }
                if (response.statusCode() == RANGE_REFUSED || have > 0 && rangeStart(response.headers()) != have) {
                    Files.delete(partial);
                    throw new IOException("cannot go on at byte " + had);
                }
                have = copy(body, partial, have, digest, file, progress);
            }
            if (have < file.size()) {
                throw new IOException("ended after " + have + " of " + file.size() + " bytes");
            }
        }
        String checksum = HexFormat.of().formatHex(digest.digest());
        if (!checksum.equals(file.checksum())) {
            Files.delete(partial);
            String found = "has the checksum " + checksum + ", the hub says " + file.checksum();
            if (had > 0) {
                throw new IOException(found); // what an earlier run left may be at fault: once more from the beginning
            }
            throw failed(what, found);
        }
    }

    /** Digests what is there of a file and returns its length; more than the file has is thrown away. */
    private static long takeUp(Path partial, HubFile file, MessageDigest digest) throws IOException {
        if (length(partial) > file.size()) {
            Files.delete(partial);
        }
        if (length(partial) == 0) {
            return 0;
        }
        long length = 0;
        try (InputStream in = Files.newInputStream(partial)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                length += read;
            }
        }
        return length;
    }

    private long copy(
            InputStream body, Path partial, long start, MessageDigest digest, HubFile file, LongConsumer progress)
            throws IOException {
        long have = start;
        StandardOpenOption mode = start == 0 ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND;
        try (OutputStream out =
                        Files.newOutputStream(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
                StallGuard guard = new StallGuard(body, settings.patience())) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                if (read > file.size() - have) {
                    throw failed(file.name(), "goes on after the " + file.size() + " bytes that the hub says it has");
                }
                out.write(buffer, 0, read);
                digest.update(buffer, 0, read);
                have += read;
                guard.alive();
                progress.accept(have);
            }
        }
        return have;
    }

    /** The hub says with every answer, redirects included, which commit and content it is about. */
    private static void requireUnchanged(HttpHeaders headers, String what, String commit, HubFile file) {
        headers.firstValue("X-Repo-Commit")
                .filter(found -> !found.equals(commit))
                .ifPresent(found -> {
                    throw failed(what, "the hub answers for commit " + printable(found) + ", asked for " + commit);
                });
        headers.firstValue("X-Linked-Etag")
                .map(found -> found.replaceAll("^W/|\"", ""))
                .filter(found -> !found.equals(file.checksum()))
                .ifPresent(found -> {
                    throw failed(
                            what,
                            "the hub answers for content " + printable(found) + ", its list has " + file.checksum());
                });
    }

    private JsonNode json(URI uri, String what, Consumer<HttpHeaders> inspect) {
        byte[] bytes = tries(what, false, () -> 0, () -> {
            HttpResponse<InputStream> response = send(uri, what, 0, headers -> {});
            try (InputStream body = response.body();
                    StallGuard guard = new StallGuard(body, settings.patience())) {
                byte[] content = body.readNBytes(MAX_JSON_BYTES + 1);
                guard.alive();
                inspect.accept(response.headers());
                return content;
            }
        });
        if (bytes.length > MAX_JSON_BYTES) {
            throw failed(what, "the hub's answer has more than " + MAX_JSON_BYTES + " bytes");
        }
        try {
            JsonNode node = JSON.readTree(bytes);
            return node == null ? MissingNode.getInstance() : node;
        } catch (IOException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE, what + ": " + settings.endpoint() + " does not answer in JSON", e);
        }
    }

    /** Follows redirects and returns a good answer; the hub's own answers on the way are shown to {@code inspect}. */
    private HttpResponse<InputStream> send(URI uri, String what, long from, Consumer<HttpHeaders> inspect)
            throws IOException {
        URI at = uri;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            boolean atHub = sameOrigin(at, settings.endpoint());
            HttpResponse<InputStream> response = once(at, atHub, from);
            int status = response.statusCode();
            if (status == 200 || status == PARTIAL_CONTENT || status == RANGE_REFUSED && from > 0) {
                if (atHub) {
                    inspect.accept(response.headers());
                }
                return response;
            }
            response.body().close();
            if (!REDIRECTS.contains(status)) {
                throw refusal(what, at, response);
            }
            if (atHub) {
                inspect.accept(response.headers());
            }
            at = redirected(at, what, response.headers());
        }
        throw failed(what, "more than " + MAX_REDIRECTS + " redirects");
    }

    private HttpResponse<InputStream> once(URI uri, boolean atHub, long from) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(settings.patience())
                .header("User-Agent", "deberta-streams")
                .header("Accept-Encoding", "identity");
        if (atHub && settings.token() != null) {
            request.header("Authorization", "Bearer " + settings.token());
        }
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(ModelException.Kind.BUNDLE, uri + ": interrupted", e);
        }
    }

    private static URI redirected(URI from, String what, HttpHeaders headers) {
        String location = headers.firstValue("Location").orElse("");
        URI to;
        try {
            to = from.resolve(URI.create(location));
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE, what + ": redirected to '" + printable(location) + "'", e);
        }
        boolean web =
                "https".equals(to.getScheme()) || "http".equals(to.getScheme()) && "http".equals(from.getScheme());
        if (location.isEmpty() || !web || to.getHost() == null) {
            throw failed(what, "redirected from " + from.getScheme() + " to '" + printable(location) + "'");
        }
        return to;
    }

    /** What an answer that is neither good nor a redirect means: a failure for good, or an exception to try again. */
    private IOException refusal(String what, URI at, HttpResponse<?> response) {
        int status = response.statusCode();
        if (status == 408 || status == 429 || status >= 500) {
            Duration wait = response.headers()
                    .firstValue("Retry-After")
                    .filter(seconds -> seconds.matches("\\d{1,4}"))
                    .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                    .orElse(Duration.ZERO);
            return new TryLater("status " + status + " from " + at.getHost(), wait);
        }
        if (status == 404) {
            throw failed(what, "not found at " + settings.endpoint());
        }
        if (status == 401 || status == 403) {
            throw failed(
                    what,
                    "refused with status " + status + " by " + at.getHost() + ": there is no such model, or it is "
                            + (settings.token() == null
                                    ? "private or gated: set HF_TOKEN to a token that may read it"
                                    : "private or gated, and the token given may not read it"));
        }
        throw failed(what, "status " + status + " from " + at.getHost());
    }

    /** Runs an exchange until it succeeds or {@link #MAX_TRIES} in a row have gained nothing. */
    private <T> T tries(String what, boolean evenUnreachable, LongSupplier gained, Exchange<T> exchange) {
        long had = gained.getAsLong();
        int fruitless = 0;
        while (true) {
            try {
                return exchange.run();
            } catch (IOException e) {
                long has = gained.getAsLong();
                fruitless = has > had ? 0 : fruitless + 1;
                had = has;
                if (fruitless == MAX_TRIES || !evenUnreachable && e instanceof ConnectException) {
                    throw new ModelException(
                            ModelException.Kind.BUNDLE,
                            what + ": cannot be fetched from " + settings.endpoint() + ": " + reason(e),
                            e);
                }
                pause(what, e, fruitless);
            }
        }
    }

    private void pause(String what, IOException failure, int fruitless) {
        Duration wait = settings.firstWait().multipliedBy(1L << fruitless);
        if (failure instanceof TryLater later && later.wait.compareTo(wait) > 0) {
            wait = later.wait;
        }
        wait = wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
        log.info("{}: {}; trying again in {} ms", what, reason(failure), wait.toMillis());
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(ModelException.Kind.BUNDLE, what + ": interrupted", e);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static long length(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0; // the exchange will meet the same failure and report it
        }
    }

    private static long rangeStart(HttpHeaders headers) {
        Matcher range =
                CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
        return range.matches() ? Long.parseLong(range.group(1)) : -1;
    }

    private static @Nullable URI nextPage(URI at, HttpHeaders headers) {
        Matcher next = NEXT_PAGE.matcher(headers.firstValue("Link").orElse(""));
        try {
            return next.find() ? at.resolve(URI.create(next.group(1))) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static HubFile file(JsonNode entry, String what) {
        JsonNode lfs = entry.path("lfs");
        JsonNode source = lfs.isObject() ? lfs : entry;
        try {
            return new HubFile(
                    entry.path("path").asText(),
                    source.path("size").asLong(-1),
                    source.path("oid").asText(),
                    lfs.isObject());
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE, what + ": in its list of files " + printable(e.getMessage()), e);
        }
    }

    private static boolean sameOrigin(URI a, URI b) {
        return Objects.equals(a.getScheme(), b.getScheme())
                && a.getHost() != null
                && a.getHost().equalsIgnoreCase(b.getHost())
                && port(a) == port(b);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String printable(@Nullable String text) {
        String cut = text == null ? "" : text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    private static ModelException failed(String what, String found) {
        return ModelException.bundle(what + ": " + found);
    }
}
