package io.github.debertastreams.schemas;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.specific.SpecificData;

/**
 * The generated classes of one of our schemas. Avro would look them up by the names in a schema, and since 1.12.2 refuses to
 * until the whole JVM declares their package trusted; here only classes of our own schema can ever be made.
 */
final class GeneratedClasses extends SpecificData {

    private final Map<String, Class<?>> classes = new HashMap<>();

    GeneratedClasses(Schema schema) {
        super(GeneratedClasses.class.getClassLoader());
        addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        add(schema);
    }

    private void add(Schema schema) {
        switch (schema.getType()) {
            case RECORD -> {
                addClass(schema);
                schema.getFields().forEach(field -> add(field.schema()));
            }
            case ENUM -> addClass(schema);
            case UNION -> schema.getTypes().forEach(this::add);
            case ARRAY -> add(schema.getElementType());
            case MAP -> add(schema.getValueType());
            default -> {}
        }
    }

    private void addClass(Schema schema) {
        try {
            classes.put(schema.getFullName(), Class.forName(schema.getFullName(), true, getClassLoader()));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("no class was generated for " + schema.getFullName(), e);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as inherited
    public Class getClass(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM, FIXED -> classes.getOrDefault(schema.getFullName(), NoClass.class);
            default -> super.getClass(schema);
        };
    }

    /** A name that is not ours: Avro cannot make it, and says so. */
    private interface NoClass {}
}
