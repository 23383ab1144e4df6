package io.github.debertastreams.schemas.registry;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry is and how it is asked.
 *
 * @param urls of one registry, tried in turn
 * @param basicAuth {@code USER:PASSWORD}
 * @param requestTimeout for one answer
 * @param retryFor how long a question is asked again while the registry does not answer
 * @param cacheSize most schemas that are remembered
 */
public record RegistryOptions(
        List<URI> urls,
        @Nullable String basicAuth,
        @Nullable String bearerToken,
        TlsStores tls,
        Duration requestTimeout,
        Duration retryFor,
        int cacheSize)
        implements Serializable {

    public static final String URL = "url";
    private static final String BASIC_AUTH = "basic.auth";
    private static final String BEARER_TOKEN = "bearer.token";
    private static final String TRUSTSTORE = "truststore.location";
    private static final String TRUSTSTORE_PASSWORD = "truststore.password";
    private static final String KEYSTORE = "keystore.location";
    private static final String KEYSTORE_PASSWORD = "keystore.password";
    private static final String REQUEST_TIMEOUT = "request.timeout.ms";
    private static final String RETRY = "retry.ms";
    private static final String CACHE_SIZE = "cache.size";

    /** Every key of {@link #from}, with its meaning and default. */
    public static final Map<String, String> KEYS = keys();

    public RegistryOptions {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("no registry URL");
        }
        urls.forEach(url -> requireNoPassword(url.toString()));
        urls.forEach(RegistryOptions::requireHttp);
        if (basicAuth != null && bearerToken != null) {
            throw new IllegalArgumentException(
                    "both " + BASIC_AUTH + " and " + BEARER_TOKEN + " are set, expected one");
        }
        if (basicAuth != null && basicAuth.indexOf(':') < 1) {
            throw new IllegalArgumentException(BASIC_AUTH + " has no user and ':', expected USER:PASSWORD");
        }
        requireAtLeast(REQUEST_TIMEOUT, requestTimeout.toMillis(), 1);
        requireAtLeast(RETRY, retryFor.toMillis(), 0);
        requireAtLeast(CACHE_SIZE, cacheSize, 1);
    }

    /** The defaults for a registry. */
    public static RegistryOptions of(String url) {
        return from(Map.of(URL, url));
    }

    /** @throws IllegalArgumentException naming the key, what was found and what was expected; never a secret */
    public static RegistryOptions from(Map<String, String> values) {
        String url = values.get(URL);
        if (url == null) {
            throw new IllegalArgumentException("key '" + URL + "' is missing");
        }
        requireNoPassword(url); // as a whole: a password may hold a comma
        return new RegistryOptions(
                Stream.of(url.split(",")).map(RegistryOptions::uri).toList(),
                values.get(BASIC_AUTH),
                values.get(BEARER_TOKEN),
                new TlsStores(
                        values.get(TRUSTSTORE),
                        values.get(TRUSTSTORE_PASSWORD),
                        values.get(KEYSTORE),
                        values.get(KEYSTORE_PASSWORD)),
                Duration.ofMillis(number(values, REQUEST_TIMEOUT, 5_000)),
                Duration.ofMillis(number(values, RETRY, 120_000)),
                number(values, CACHE_SIZE, 1_000));
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "registry " + urls;
    }

    private static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put(URL, "http or https address of the schema registry's API, several by commas");
        keys.put(BASIC_AUTH, "USER:PASSWORD; default: none");
        keys.put(BEARER_TOKEN, "token; default: none");
        keys.put(TRUSTSTORE, "PKCS12, JKS or PEM file of certificates to trust; default: Java's own");
        keys.put(TRUSTSTORE_PASSWORD, "default: none");
        keys.put(KEYSTORE, "PKCS12 or JKS file of the client's certificate; default: none");
        keys.put(KEYSTORE_PASSWORD, "default: none");
        keys.put(REQUEST_TIMEOUT, "how long one answer may take; default 5000");
        keys.put(RETRY, "how long a question is asked again while there is no answer; default 120000");
        keys.put(CACHE_SIZE, "most schemas that are remembered; default 1000");
        return Collections.unmodifiableMap(keys);
    }

    private static URI uri(String url) {
        try {
            return URI.create(url.strip().replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(URL + " is '" + url + "', which is no URL", e);
        }
    }

    private static void requireHttp(URI url) {
        if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme())) || url.getHost() == null) {
            throw new IllegalArgumentException(URL + " is '" + url + "', expected http://HOST or https://HOST");
        }
    }

    /** Before anything is quoted: a password may hold what ends an address, or what no URL may hold. */
    private static void requireNoPassword(String url) {
        if (url.indexOf('@') >= 0) {
            throw new IllegalArgumentException(URL + " holds '@', expected user and password in " + BASIC_AUTH);
        }
    }

    private static int number(Map<String, String> values, String key, int fallback) {
        String value = values.get(key);
        try {
            return value == null ? fallback : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is '" + value + "', expected a whole number", e);
        }
    }

    private static void requireAtLeast(String key, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(key + " is " + value + ", expected " + least + " or more");
        }
    }
}
