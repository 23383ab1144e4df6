package io.github.debertastreams.model.hub;

import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where models come from and where they are kept.
 *
 * @param endpoint the hub, without a slash at its end; with a path where a mirror has one
 * @param cache folder of {@code models--ORG--NAME} folders, shared with Hugging Face's own tools
 * @param token sent to the hub and to no other host; null: none
 * @param offline whether the cache alone is used
 * @param patience how long a connection, an answer, or the next bytes of one are waited for
 * @param firstWait how long to wait before the second try; doubled at each further one
 */
public record HubSettings(
        URI endpoint, Path cache, @Nullable String token, boolean offline, Duration patience, Duration firstWait) {

    private static final String PUBLIC_HUB = "https://huggingface.co";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");
    private static final int MAX_TOKEN_BYTES = 4096;

    public HubSettings {
        String scheme = endpoint.getScheme();
        if (!"https".equals(scheme) && !"http".equals(scheme) || endpoint.getHost() == null) {
            throw new IllegalArgumentException("the hub's endpoint is '" + endpoint + "', expected http(s)://HOST");
        }
        if (token != null && (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f))) {
            throw new IllegalArgumentException("the hub's token has characters that no token has");
        }
    }

    /** Settings of Hugging Face's environment variables, with their defaults. */
    static HubSettings fromEnvironment() {
        return from(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /**
     * Settings of {@code HF_ENDPOINT}, {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_TOKEN}, {@code HF_TOKEN_PATH} and
     * {@code HF_HUB_OFFLINE}. A token may also lie in {@code HF_HOME/token}, where {@code huggingface-cli login} writes it.
     *
     * @throws ModelException of kind {@code BUNDLE} when one of them cannot be used
     */
    static HubSettings from(Map<String, String> environment, Path userHome) {
        Path home = path(
                environment,
                "HF_HOME",
                path(environment, "XDG_CACHE_HOME", userHome.resolve(".cache")).resolve("huggingface"));
        try {
            return new HubSettings(
                    URI.create(trimmed(environment, "HF_ENDPOINT", PUBLIC_HUB).replaceAll("/+$", "")),
                    path(environment, "HF_HUB_CACHE", home.resolve("hub")),
                    token(environment, path(environment, "HF_TOKEN_PATH", home.resolve("token"))),
                    TRUE.contains(trimmed(environment, "HF_HUB_OFFLINE", "0").toLowerCase(Locale.ROOT)),
                    PATIENCE,
                    FIRST_WAIT);
        } catch (IllegalArgumentException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, "environment: " + e.getMessage(), e);
        }
    }

    /** The token stays out of logs and messages. */
    @Override
    public String toString() {
        return endpoint + ", cache " + cache + (token == null ? ", no token" : ", with a token")
                + (offline ? ", offline" : "");
    }

    private static @Nullable String token(Map<String, String> environment, Path file) {
        String token = trimmed(environment, "HF_TOKEN", "");
        if (token.isEmpty() && Files.isRegularFile(file)) {
            try {
                if (Files.size(file) > MAX_TOKEN_BYTES) {
                    throw new IllegalArgumentException(file + " is longer than any token");
                }
                token = Files.readString(file).strip();
            } catch (IOException e) {
                throw new IllegalArgumentException(file + ": the token cannot be read: " + e.getMessage(), e);
            }
        }
        return token.isEmpty() ? null : token;
    }

    private static Path path(Map<String, String> environment, String name, Path fallback) {
        String value = trimmed(environment, name, "");
        return value.isEmpty() ? fallback : Path.of(value);
    }

    private static String trimmed(Map<String, String> environment, String name, String fallback) {
        String value = environment.getOrDefault(name, "").strip();
        return value.isEmpty() ? fallback : value;
    }
}
