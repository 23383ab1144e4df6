package io.github.debertastreams.rules;

/** How predictions are written. */
public enum OutputFormat {
    /** Avro's single-object encoding, which needs no registry. */
    AVRO,
    /** A JSON object with the names of the Avro schema. */
    JSON
}
