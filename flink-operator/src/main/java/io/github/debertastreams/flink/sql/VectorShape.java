package io.github.debertastreams.flink.sql;

import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** A vector, as an array of primitive values. */
enum VectorShape implements Shape<List<Float>> {
    VECTOR;

    @Override
    public Conversion<List<Float>> to(LogicalType declared, String where) {
        if (declared instanceof ArrayType array && array.getElementType().is(LogicalTypeRoot.FLOAT)) {
            return vector -> new GenericArrayData(floats(vector));
        }
        if (declared instanceof ArrayType array && array.getElementType().is(LogicalTypeRoot.DOUBLE)) {
            return vector -> new GenericArrayData(
                    vector.stream().mapToDouble(Float::doubleValue).toArray());
        }
        throw new ValidationException(where + " is " + declared.asSummaryString() + ", expected " + this);
    }

    @Override
    public String toString() {
        return "ARRAY<FLOAT>";
    }

    private static float[] floats(List<Float> vector) {
        float[] floats = new float[vector.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = vector.get(i);
        }
        return floats;
    }
}
