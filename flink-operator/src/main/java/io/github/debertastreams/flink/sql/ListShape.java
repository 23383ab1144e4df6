package io.github.debertastreams.flink.sql;

import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;

/** Several values of one shape. */
record ListShape<V>(Shape<V> element) implements Shape<List<V>> {

    @Override
    public Conversion<List<V>> to(LogicalType declared, String where) {
        if (!(declared instanceof ArrayType array)) {
            throw new ValidationException(where + " is " + declared.asSummaryString() + ", expected " + this);
        }
        Conversion<V> each = element.to(array.getElementType(), "the element of " + where);
        return values -> new GenericArrayData(values.stream().map(each::of).toArray());
    }

    @Override
    public String toString() {
        return "ARRAY<" + element + ">";
    }
}
