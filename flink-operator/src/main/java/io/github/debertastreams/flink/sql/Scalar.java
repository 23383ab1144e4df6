package io.github.debertastreams.flink.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * One value without parts.
 *
 * @param conversions by the type that is declared, the usual one first
 */
record Scalar<V>(Map<LogicalType, Conversion<V>> conversions) implements Shape<V> {

    static final Scalar<String> TEXT = new Scalar<>(Map.of(VarCharType.STRING_TYPE, StringData::fromString));
    static final Scalar<Boolean> FLAG = new Scalar<>(Map.of(new BooleanType(), value -> value));
    static final Scalar<Integer> WHOLE = of(new IntType(), value -> value, new BigIntType(), Integer::longValue);
    static final Scalar<Double> REAL = of(new DoubleType(), value -> value, new FloatType(), Double::floatValue);

    private static <V> Scalar<V> of(LogicalType usual, Conversion<V> plain, LogicalType other, Conversion<V> cast) {
        Map<LogicalType, Conversion<V>> conversions = new LinkedHashMap<>();
        conversions.put(usual, plain);
        conversions.put(other, cast);
        return new Scalar<>(conversions);
    }

    @Override
    public Conversion<V> to(LogicalType declared, String where) {
        Conversion<V> conversion = conversions.get(declared.copy(true));
        if (conversion == null) {
            throw new ValidationException(where + " is " + declared.asSummaryString() + ", expected " + this);
        }
        return conversion;
    }

    @Override
    public String toString() {
        return conversions.keySet().iterator().next().asSummaryString();
    }
}
