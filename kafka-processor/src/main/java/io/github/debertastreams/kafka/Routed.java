package io.github.debertastreams.kafka;

import org.jspecify.annotations.Nullable;

/**
 * Where a record goes after the model.
 *
 * @param value the bytes to write; null for a dead letter without a value
 */
record Routed(Destination destination, byte @Nullable [] value) {

    /** The topics of a rule. */
    enum Destination {
        OUTPUT,
        DEAD_LETTERS
    }
}
