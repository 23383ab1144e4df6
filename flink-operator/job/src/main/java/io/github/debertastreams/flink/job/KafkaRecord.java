package io.github.debertastreams.flink.job;

import io.github.debertastreams.flink.SerializedTypeInfo;
import io.github.debertastreams.rules.RequestLimit;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.jspecify.annotations.Nullable;

/**
 * One record of a topic, read or to be written. Arrays and list are owned by the record; nobody changes them.
 *
 * @param place where it was read, {@code topic-partition@offset}
 * @param timestamp -1: it has none
 */
record KafkaRecord(
        String topic,
        Place place,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers,
        long timestamp) {

    /** One header; the same name may come several times. */
    record Header(String name, byte @Nullable [] value) {}

    /** Where a record was read. */
    record Place(String topic, int partition, long offset) {
        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset;
        }
    }

    static final TypeInformation<KafkaRecord> TYPE = new SerializedTypeInfo<>(KafkaRecordSerializer.INSTANCE);

    /** Whether a producer takes it. */
    boolean fits(RequestLimit limit) {
        long headerBytes = 0;
        for (Header header : headers) {
            headerBytes += RequestLimit.headerBytes(header.name(), header.value());
        }
        return limit.admits(key, value, headerBytes);
    }

    /** @throws IllegalStateException where no producer takes it */
    KafkaRecord requireFits(RequestLimit limit) {
        if (!fits(limit)) {
            throw new IllegalStateException("record " + place
                    + ": not even an error with its key is let through by max.request.size, " + limit.bytes());
        }
        return this;
    }

    /** Another record with this one's key, time and origin. */
    KafkaRecord to(String otherTopic, byte @Nullable [] otherValue, List<Header> otherHeaders) {
        return new KafkaRecord(otherTopic, place, key, otherValue, otherHeaders, timestamp);
    }
}
