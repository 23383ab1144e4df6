package io.github.debertastreams.flink.job;

import io.github.debertastreams.flink.job.KafkaRecord.Header;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The largest record that the producer takes. One that is larger would fail the job, again and again, so it is noticed before.
 *
 * @param bytes {@code max.request.size}
 */
record RequestLimit(int bytes) implements Serializable {

    private static final int OVERHEAD = 256;
    private static final int HEADER_OVERHEAD = 10;

    boolean admits(KafkaRecord record) {
        long size = (long) OVERHEAD + length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            size += HEADER_OVERHEAD + header.name().getBytes(StandardCharsets.UTF_8).length + length(header.value());
        }
        return size <= bytes;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
