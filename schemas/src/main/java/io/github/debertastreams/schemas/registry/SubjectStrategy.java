package io.github.debertastreams.schemas.registry;

import org.apache.avro.Schema;

/** Under which subject the schema of a topic's values is registered, in the names that Confluent's serializers give. */
public enum SubjectStrategy {
    /** {@code TOPIC-value}: one schema, in versions, for a topic. */
    TOPIC,
    /** The record's full name: one schema wherever it is used. */
    RECORD,
    /** {@code TOPIC-RECORD}. */
    TOPIC_RECORD;

    public String subject(String topic, Schema schema) {
        return switch (this) {
            case TOPIC -> topic + "-value";
            case RECORD -> schema.getFullName();
            case TOPIC_RECORD -> topic + "-" + schema.getFullName();
        };
    }
}
