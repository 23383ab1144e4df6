package io.github.debertastreams.flink.sql;

import org.apache.flink.table.types.logical.LogicalType;

/** What a value of a prediction is, and which SQL types it can be declared as. {@code toString} is the usual one. */
sealed interface Shape<V> permits Scalar, ListShape, VectorShape, RowShape {

    /**
     * The conversion to a declared type.
     *
     * @param where of what the type is declared, for messages
     * @throws org.apache.flink.table.api.ValidationException saying found and expected, where the type cannot hold the value
     */
    Conversion<V> to(LogicalType declared, String where);
}
