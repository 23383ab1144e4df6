package io.github.debertastreams.rules;

/** How predictions are written. */
public enum OutputFormat {
    /** Avro's single-object encoding, which needs no registry. */
    AVRO,
    /** Confluent's wire format: Avro whose schema is in a registry, under the id in the value. */
    AVRO_CONFLUENT,
    /** A JSON object with the names of the Avro schema. */
    JSON
}
