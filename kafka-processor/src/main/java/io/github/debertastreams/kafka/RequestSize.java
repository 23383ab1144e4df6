package io.github.debertastreams.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The largest record that the producer takes. One that is larger would fail its task, again and again, so it is noticed before.
 *
 * @param bytes {@code max.request.size}
 */
record RequestSize(int bytes) {

    private static final int DEFAULT = 1 << 20;
    /** More than a batch of one record adds to key, value and headers. */
    private static final int OVERHEAD = 256;
    /** More than one header adds to its key and value. */
    private static final int HEADER_OVERHEAD = 10;

    static RequestSize of(Properties streams) {
        String size = streams.getProperty(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                streams.getProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(DEFAULT)));
        try {
            return new RequestSize(Integer.parseInt(size));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG + " is '" + size + "', expected a whole number", e);
        }
    }

    /** Whether the record may be sent with this value. */
    boolean admits(Record<byte[], ?> record, byte[] value) {
        long size = OVERHEAD + (long) value.length + (record.key() == null ? 0 : record.key().length);
        for (Header header : record.headers()) {
            size += HEADER_OVERHEAD
                    + header.key().getBytes(StandardCharsets.UTF_8).length
                    + (header.value() == null ? 0 : header.value().length);
        }
        return size <= bytes;
    }
}
