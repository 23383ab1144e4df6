package io.github.debertastreams.kafka;

import io.github.debertastreams.rules.RequestLimit;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** The {@link RequestLimit} of Kafka Streams' producer. */
final class RequestSize {

    private RequestSize() {}

    static RequestLimit of(Properties streams) {
        String size = streams.getProperty(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                streams.getProperty(
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(RequestLimit.DEFAULT.bytes())));
        try {
            return new RequestLimit(Integer.parseInt(size));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG + " is '" + size + "', expected a whole number", e);
        }
    }

    /** Whether the record may be sent with this value. */
    static boolean admits(RequestLimit limit, Record<byte[], ?> record, byte @Nullable [] value) {
        long headerBytes = 0;
        for (Header header : record.headers()) {
            headerBytes += RequestLimit.headerBytes(header.key(), header.value());
        }
        return limit.admits(record.key(), value, headerBytes);
    }
}
