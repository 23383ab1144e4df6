package io.github.debertastreams.rules;

import io.github.debertastreams.schemas.AvroBinary;
import io.github.debertastreams.schemas.UndecodableException;
import io.github.debertastreams.schemas.registry.ConfluentFormat;
import io.github.debertastreams.schemas.registry.RegistryException;
import io.github.debertastreams.schemas.registry.SchemaRegistryClient;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Values in Confluent's wire format: each says by which schema of the registry it was written. */
final class RegistryDecoder implements TextExtractor<byte[]> {

    private static final int MAX_SCHEMAS = 1_000;

    private final transient SchemaRegistryClient registry;
    private final InputFields fields;
    private final transient Map<Integer, Writer> writers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Writer> eldest) {
            return size() > MAX_SCHEMAS;
        }
    };

    RegistryDecoder(SchemaRegistryClient registry, InputFields fields) {
        this.registry = registry;
        this.fields = fields;
    }

    /** @param lacks why there is no text in records of this schema; null: there is */
    private record Writer(
            Schema schema,
            @Nullable AvroFields fields,
            @Nullable String lacks) {}

    @Override
    public SourceText extract(byte[] bytes) {
        return read(bytes, writer(ConfluentFormat.schemaId(bytes)));
    }

    /** Also a record without a text says so: what is behind it is to be read ahead. */
    @Override
    public SourceText extractAhead(byte[] bytes) {
        int id = ConfluentFormat.schemaId(bytes);
        if (known(id) == null && !registry.remembers(id)) {
            throw new SourceUnavailableException("the registry has not been asked for schema " + id + " lately");
        }
        return read(bytes, writer(id));
    }

    private static SourceText read(byte[] bytes, Writer writer) {
        if (writer.fields == null) {
            throw new NoTextException(String.valueOf(writer.lacks));
        }
        GenericRecord event =
                AvroBinary.read(new GenericDatumReader<>(writer.schema), writer.schema, ConfluentFormat.datum(bytes));
        return writer.fields.read(event);
    }

    private Writer writer(int id) {
        Writer known = known(id);
        if (known != null) {
            return known;
        }
        Writer writer = compile(id); // outside of the lock: other threads go on with what they know
        synchronized (writers) {
            writers.put(id, writer);
        }
        return writer;
    }

    private @Nullable Writer known(int id) {
        synchronized (writers) {
            return writers.get(id);
        }
    }

    private Writer compile(int id) {
        Schema schema;
        try {
            schema = registry.byId(id)
                    .orElseThrow(() -> new UndecodableException("the registry has no Avro schema of id " + id));
        } catch (RegistryException e) {
            throw new SourceUnavailableException(String.valueOf(e.getMessage()), e);
        }
        try {
            return new Writer(schema, new AvroFields(schema, fields), null);
        } catch (IllegalArgumentException e) {
            return new Writer(schema, null, "schema " + id + ": " + e.getMessage());
        }
    }
}
