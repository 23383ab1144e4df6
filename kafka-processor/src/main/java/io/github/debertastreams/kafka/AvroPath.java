package io.github.debertastreams.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** A path of field names to a string in Avro records, checked against their schema when it is compiled. */
final class AvroPath {

    private final String path;
    private final List<String> names;

    private AvroPath(String path, List<String> names) {
        this.path = path;
        this.names = names;
    }

    /** @throws IllegalArgumentException when the schema has no string there */
    static AvroPath compile(Schema schema, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("field path '" + path + "' must start with '/'");
        }
        List<String> names = new ArrayList<>();
        Schema at = schema;
        for (String name : path.substring(1).split("/", -1)) {
            Schema record = branch(at, Schema.Type.RECORD, path);
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
        branch(at, Schema.Type.STRING, path);
        return new AvroPath(path, names);
    }

    String read(GenericRecord event) {
        Object at = event;
        for (String name : names) {
            if (!(at instanceof GenericRecord record)) {
                throw new NoTextException("nothing at '" + path + "' of the Avro record");
            }
            at = record.get(name);
        }
        if (!(at instanceof CharSequence text)) {
            throw new NoTextException("nothing at '" + path + "' of the Avro record, expected a string");
        }
        return text.toString();
    }

    /** The schema itself or the branch of its union that has the type. */
    private static Schema branch(Schema schema, Schema.Type type, String path) {
        List<Schema> branches = schema.isUnion() ? schema.getTypes() : List.of(schema);
        return branches.stream()
                .filter(branch -> branch.getType() == type)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("field path '" + path + "' meets "
                        + branches.stream().map(Schema::getName).toList() + ", expected a "
                        + type.getName()));
    }
}
