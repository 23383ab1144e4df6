package io.github.debertastreams.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** A path of field names to a value in Avro records, checked against their schema when it is compiled. */
final class AvroPath {

    private final String path;
    private final List<String> names;

    private AvroPath(String path, List<String> names) {
        this.path = path;
        this.names = names;
    }

    /** @throws IllegalArgumentException when the schema has nothing of one of these types there */
    static AvroPath compile(Schema schema, String path, Schema.Type... types) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("field path '" + path + "' must start with '/'");
        }
        List<String> names = new ArrayList<>();
        Schema at = schema;
        for (String name : path.substring(1).split("/", -1)) {
            Schema record = branch(at, path, Schema.Type.RECORD);
            Schema.Field field = record.getField(name);
            if (field == null) {
                throw new IllegalArgumentException("field path '" + path + "': " + record.getFullName()
                        + " has no field '"
                        + name + "', it has "
                        + record.getFields().stream().map(Schema.Field::name).toList());
            }
            names.add(name);
            at = field.schema();
        }
        Schema found = branch(at, path, types);
        if (found.getType() == Schema.Type.ARRAY) {
            branch(found.getElementType(), path + "/-", Schema.Type.STRING);
        }
        return new AvroPath(path, names);
    }

    /** The string there. */
    String text(GenericRecord event) {
        if (!(value(event) instanceof CharSequence text)) {
            throw nothing("a string");
        }
        return text.toString();
    }

    /** The string or number there. */
    String scalar(GenericRecord event) {
        Object value = value(event);
        if (value == null) {
            throw nothing("a string or number");
        }
        return value.toString();
    }

    /** The strings there; none where the record has none. */
    List<String> texts(GenericRecord event) {
        return value(event) instanceof Collection<?> values
                ? values.stream().map(String::valueOf).toList()
                : List.of();
    }

    private @Nullable Object value(GenericRecord event) {
        Object at = event;
        for (String name : names) {
            if (!(at instanceof GenericRecord record)) {
                return null;
            }
            at = record.get(name);
        }
        return at;
    }

    private NoTextException nothing(String expected) {
        return new NoTextException("nothing at '" + path + "' of the Avro record, expected " + expected);
    }

    /** The schema itself or the branch of its union that has one of the types. */
    private static Schema branch(Schema schema, String path, Schema.Type... types) {
        List<Schema> branches = schema.isUnion() ? schema.getTypes() : List.of(schema);
        return branches.stream()
                .filter(branch -> List.of(types).contains(branch.getType()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("field path '" + path + "' meets "
                        + branches.stream().map(Schema::getName).toList() + ", expected "
                        + types[0].getName()));
    }
}
