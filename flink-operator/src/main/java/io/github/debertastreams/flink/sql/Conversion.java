package io.github.debertastreams.flink.sql;

import org.jspecify.annotations.Nullable;

/** From a value of a prediction to what Flink's tables hold; null stays null. */
@FunctionalInterface
interface Conversion<V> {

    Object of(V value);

    default @Nullable Object orNull(@Nullable V value) {
        return value == null ? null : of(value);
    }
}
