package io.github.debertastreams.rules;

import io.github.debertastreams.schemas.registry.RegistryOptions;
import io.github.debertastreams.schemas.registry.SchemaRegistryClient;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where a rule's records come from and how they are read.
 *
 * @param schema the Avro schema of the values as JSON; null where they say themselves what they are
 * @param registry null where the format needs none
 */
public record RuleInput(
        String topic,
        InputFormat format,
        InputFields fields,
        @Nullable String schema,
        @Nullable RegistryOptions registry)
        implements Serializable {

    static RuleInput from(RuleValues values) {
        InputFields fields = new InputFields(
                values.get(RuleKeys.INPUT_FIELD, InputFields.DEFAULT_TEXT),
                values.get(RuleKeys.INPUT_PAIR_FIELD),
                values.get(RuleKeys.INPUT_ID_FIELD),
                values.get(RuleKeys.INPUT_CANDIDATES_FIELD));
        InputFormat format = values.choice(RuleKeys.INPUT_FORMAT, InputFormat.class, InputFormat.STRING);
        if (values.has(RuleKeys.INPUT_SCHEMA) && format != InputFormat.AVRO) {
            throw new IllegalArgumentException(values.name(RuleKeys.INPUT_SCHEMA) + " is set, but "
                    + values.name(RuleKeys.INPUT_FORMAT) + " is not avro");
        }
        requireFieldsToLookIn(values, format);
        RuleInput input = new RuleInput(
                values.required(RuleKeys.INPUT_TOPIC),
                format,
                fields,
                schema(values),
                format == InputFormat.AVRO_CONFLUENT ? values.registry() : null);
        input.decoder(); // what cannot be read is refused here, not at the first record, and not where a job is
        // unpacked
        return input;
    }

    /** From a value's bytes to its text. Travels with a job, and makes its decoder where it is used. */
    public TextExtractor<byte[]> extractor() {
        return new InputExtractor(this);
    }

    TextExtractor<byte[]> decoder() {
        return switch (format) {
            case STRING -> Decoders.string();
            case JSON -> Decoders.json(fields);
            case AVRO ->
                schema == null ? Decoders.textEvents() : Decoders.avro(new Schema.Parser().parse(schema), fields);
            case AVRO_CONFLUENT ->
                new RegistryDecoder(new SchemaRegistryClient(Objects.requireNonNull(registry, "registry")), fields);
        };
    }

    private static void requireFieldsToLookIn(RuleValues values, InputFormat format) {
        boolean fixed =
                format == InputFormat.STRING || (format == InputFormat.AVRO && !values.has(RuleKeys.INPUT_SCHEMA));
        boolean hasFields = values.has(RuleKeys.INPUT_FIELD)
                || values.has(RuleKeys.INPUT_PAIR_FIELD)
                || values.has(RuleKeys.INPUT_ID_FIELD)
                || values.has(RuleKeys.INPUT_CANDIDATES_FIELD);
        if (fixed && hasFields) {
            throw new IllegalArgumentException(values.name(RuleKeys.INPUT_FIELD) + " and its like need "
                    + values.name(RuleKeys.INPUT_FORMAT) + "=json, avro-confluent, or avro with "
                    + values.name(RuleKeys.INPUT_SCHEMA)
                    + ": a string and a TextEvent have their text in one place");
        }
    }

    private static @Nullable String schema(RuleValues values) {
        String file = values.get(RuleKeys.INPUT_SCHEMA);
        if (file == null) {
            return null;
        }
        String name = values.name(RuleKeys.INPUT_SCHEMA);
        try {
            return new Schema.Parser().parse(Files.readString(Path.of(file))).toString();
        } catch (IOException e) {
            throw new IllegalArgumentException(name + ": cannot read '" + file + "': " + e.getMessage(), e);
        } catch (AvroRuntimeException e) {
            throw new IllegalArgumentException(name + ": '" + file + "' is not an Avro schema: " + e.getMessage(), e);
        }
    }
}
