package io.github.debertastreams.rules;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.registry.RegistryOptions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The keys that every host knows of a rule, without their prefix. */
public final class RuleKeys {

    static final String INPUT_TOPIC = "input.topic";
    static final String INPUT_FORMAT = "input.format";
    static final String INPUT_FIELD = "input.field";
    static final String INPUT_PAIR_FIELD = "input.pair.field";
    static final String INPUT_ID_FIELD = "input.id.field";
    static final String INPUT_CANDIDATES_FIELD = "input.candidates.field";
    static final String INPUT_SCHEMA = "input.schema";
    /** Before the keys of {@link RegistryOptions}. */
    static final String REGISTRY = "registry.";

    static final String OUTPUT_TOPIC = "output.topic";
    static final String OUTPUT_FORMAT = "output.format";
    static final String OUTPUT_SUBJECT = "output.subject.strategy";
    static final String OUTPUT_REGISTER = "output.register";
    static final String ON_ERROR = "on.error";
    static final String DEAD_LETTER_TOPIC = "dead.letter.topic";

    /** Each with its meaning and default; the options of the model are among them. */
    public static final Map<String, String> KEYS = keys();

    private RuleKeys() {}

    /** The key of one kind of failure, such as {@code on.error.no.text}. */
    public static String onError(ErrorKind kind) {
        return ON_ERROR + "." + kind.name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put(INPUT_TOPIC, "topic to read; required");
        keys.put(INPUT_FORMAT, "string, json, avro or avro-confluent (with a schema registry); default string");
        keys.put(INPUT_FIELD, "where the text is, such as /payload/text; default " + InputFields.DEFAULT_TEXT);
        keys.put(INPUT_PAIR_FIELD, "where the second text is; default: there is none");
        keys.put(INPUT_ID_FIELD, "where the prediction's id is; default: topic-partition@offset");
        keys.put(INPUT_CANDIDATES_FIELD, "where a list of candidates of this text alone is; default: there is none");
        keys.put(INPUT_SCHEMA, "Avro schema file of the values; default: TextEvent in single-object encoding");
        keys.put(OUTPUT_TOPIC, "topic to write; required");
        keys.put(
                OUTPUT_FORMAT,
                "avro (single-object encoding), avro-confluent (with a schema registry) or json; default avro");
        keys.put(
                OUTPUT_SUBJECT,
                "subject of the schema: topic, record or topic-record; default topic, which is TOPIC-value");
        keys.put(OUTPUT_REGISTER, "whether a schema that the registry lacks is registered; default false");
        RegistryOptions.KEYS.forEach((key, meaning) -> keys.put(REGISTRY + key, meaning));
        keys.put(
                ON_ERROR,
                "what becomes of a record without a prediction: fail, error-record or dead-letter; "
                        + "default error-record");
        for (ErrorKind kind : ErrorPolicy.CONFIGURABLE) {
            keys.put(onError(kind), "the same for records of kind " + kind + "; default: what " + ON_ERROR + " says");
        }
        keys.put(DEAD_LETTER_TOPIC, "topic for dead letters; required where one of the above is dead-letter");
        keys.putAll(ModelOptions.KEYS);
        return Collections.unmodifiableMap(keys);
    }
}
