package io.github.debertastreams.flink.sql;

import io.github.debertastreams.model.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.RowType.RowField;
import org.jspecify.annotations.Nullable;

/** Parts by name. What is declared may be any of them, in any order; their names may differ in case. */
record RowShape<V>(List<Part<V, ?>> parts) implements Shape<V> {

    /** A part of a value; null where this value has none. */
    record Part<V, P>(String name, Shape<P> shape, Function<V, @Nullable P> read) {

        Function<V, @Nullable Object> to(RowField declared, String where) {
            Conversion<P> conversion = shape.to(declared.getType(), where);
            return value -> conversion.orNull(read.apply(value));
        }
    }

    RowShape {
        parts = List.copyOf(parts);
    }

    @SafeVarargs
    static <V> RowShape<V> of(Part<V, ?>... parts) {
        return new RowShape<>(List.of(parts));
    }

    @Override
    public Conversion<V> to(LogicalType declared, String where) {
        if (!(declared instanceof RowType row)) {
            throw new ValidationException(where + " is " + declared.asSummaryString() + ", expected " + this);
        }
        return fields(row, name -> "field '" + name + "' of " + where);
    }

    /** The same for a row whose fields have a name of their own in messages. */
    Conversion<V> fields(RowType row, Function<String, String> where) {
        List<Function<V, @Nullable Object>> fields = new ArrayList<>();
        for (RowField field : row.getFields()) {
            fields.add(part(field.getName(), where.apply(field.getName())).to(field, where.apply(field.getName())));
        }
        return value -> {
            GenericRowData data = new GenericRowData(fields.size());
            for (int i = 0; i < fields.size(); i++) {
                data.setField(i, fields.get(i).apply(value));
            }
            return data;
        };
    }

    private Part<V, ?> part(String name, String where) {
        Map<String, Part<V, ?>> byName = parts.stream().collect(Collectors.toMap(Part::name, part -> part));
        Part<V, ?> part = byName.get(name.toLowerCase(Locale.ROOT));
        if (part == null) {
            throw new ValidationException(where + " is not known, did you mean '"
                    + NearestName.of(name, byName.keySet()) + "'? Expected any of " + this);
        }
        return part;
    }

    @Override
    public String toString() {
        return parts.stream().map(part -> part.name + " " + part.shape).collect(Collectors.joining(", ", "ROW<", ">"));
    }
}
