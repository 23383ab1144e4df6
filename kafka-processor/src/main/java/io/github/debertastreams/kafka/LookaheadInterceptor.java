package io.github.debertastreams.kafka;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Tells of the records that a stream thread polls, before it reads the first one. For Kafka to create. */
public final class LookaheadInterceptor implements ConsumerInterceptor<byte[], byte[]> {

    private List<?> lookaheads = List.of();

    @Override
    public void configure(Map<String, ?> settings) {
        if (settings.get(Lookahead.LOOKAHEADS) instanceof List<?> given) {
            lookaheads = given;
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        lookaheads.forEach(lookahead -> ((Lookahead) lookahead).polled(records));
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
