package io.github.debertastreams.kafka;

import org.apache.kafka.streams.processor.api.ProcessingContext;

/** Where a record is, as {@code topic-partition@offset}. */
final class RecordPlace {

    private RecordPlace() {}

    /** Of the record that is being processed; empty where Kafka Streams does not know. */
    static String of(ProcessingContext context) {
        return context.recordMetadata()
                .map(record -> record.topic() + "-" + record.partition() + "@" + record.offset())
                .orElse("");
    }
}
