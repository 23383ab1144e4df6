package io.github.debertastreams.rules;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The largest record that a producer takes. One that is larger would fail its task, again and again, so it is noticed before.
 *
 * @param bytes {@code max.request.size}
 */
public record RequestLimit(int bytes) implements Serializable {

    /** More than a batch of one record adds to key, value and headers. */
    private static final int OVERHEAD = 256;
    /** More than one header adds to its key and value. */
    private static final int HEADER_OVERHEAD = 10;

    /** Kafka's own limit. */
    public static final RequestLimit DEFAULT = new RequestLimit(1 << 20);

    /**
     * Whether a record may be sent.
     *
     * @param headerBytes sum of {@link #headerBytes} over its headers
     */
    public boolean admits(byte @Nullable [] key, byte @Nullable [] value, long headerBytes) {
        return OVERHEAD + length(key) + length(value) + headerBytes <= bytes;
    }

    /** What one header takes up. */
    public static long headerBytes(String name, byte @Nullable [] value) {
        return HEADER_OVERHEAD + name.getBytes(StandardCharsets.UTF_8).length + length(value);
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
