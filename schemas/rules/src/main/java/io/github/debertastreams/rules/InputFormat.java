package io.github.debertastreams.rules;

/** How the values of an input topic are written. */
public enum InputFormat {
    /** The value is the text, in UTF-8. */
    STRING,
    /** A JSON document; the text is at a JSON pointer. */
    JSON,
    /** A {@code TextEvent} in Avro's single-object encoding, or binary Avro of a schema file with the text at a path. */
    AVRO,
    /** Confluent's wire format: Avro whose writer's schema is in a registry, under the id in the value; the text is at a path. */
    AVRO_CONFLUENT
}
