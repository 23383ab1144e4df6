package io.github.debertastreams.rules;

import io.github.debertastreams.model.task.TextInput;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** The {@link InputFields} compiled for one Avro schema. */
final class AvroFields {

    private final AvroPath text;
    private final @Nullable AvroPath textPair;
    private final @Nullable AvroPath id;
    private final @Nullable AvroPath candidates;

    /** @throws IllegalArgumentException where the schema lacks one of the fields */
    AvroFields(Schema schema, InputFields fields) {
        text = AvroPath.compile(schema, fields.text(), Schema.Type.STRING);
        textPair = fields.textPair() == null ? null : AvroPath.compile(schema, fields.textPair(), Schema.Type.STRING);
        id = fields.id() == null
                ? null
                : AvroPath.compile(schema, fields.id(), Schema.Type.STRING, Schema.Type.LONG, Schema.Type.INT);
        candidates =
                fields.candidates() == null ? null : AvroPath.compile(schema, fields.candidates(), Schema.Type.ARRAY);
    }

    SourceText read(GenericRecord event) {
        return new SourceText(
                id == null ? null : id.scalar(event),
                new TextInput(
                        text.text(event),
                        textPair == null ? null : textPair.text(event),
                        candidates == null ? List.of() : candidates.texts(event)));
    }
}
