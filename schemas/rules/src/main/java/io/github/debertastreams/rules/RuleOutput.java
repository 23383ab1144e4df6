package io.github.debertastreams.rules;

import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.PredictionJson;
import io.github.debertastreams.schemas.registry.ConfluentCodec;
import io.github.debertastreams.schemas.registry.RegistryOptions;
import io.github.debertastreams.schemas.registry.SchemaRegistryClient;
import io.github.debertastreams.schemas.registry.SubjectStrategy;
import java.io.Serializable;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a rule's predictions go and how they are written.
 *
 * @param registry null where the format needs none
 * @param register whether a schema that the registry lacks is registered
 */
public record RuleOutput(
        String topic,
        OutputFormat format,
        @Nullable RegistryOptions registry,
        SubjectStrategy subject,
        boolean register)
        implements Serializable {

    static RuleOutput from(RuleValues values) {
        OutputFormat format = values.choice(RuleKeys.OUTPUT_FORMAT, OutputFormat.class, OutputFormat.AVRO);
        return new RuleOutput(
                values.required(RuleKeys.OUTPUT_TOPIC),
                format,
                format == OutputFormat.AVRO_CONFLUENT ? values.registry() : null,
                values.choice(RuleKeys.OUTPUT_SUBJECT, SubjectStrategy.class, SubjectStrategy.TOPIC),
                values.flag(RuleKeys.OUTPUT_REGISTER, false));
    }

    /** From a prediction to a value's bytes. Does not travel: make it where it is used. Threads may share it. */
    public Function<Prediction, byte[]> encoder() {
        return switch (format) {
            case AVRO -> PredictionCodec.predictions()::encode;
            case JSON -> PredictionJson::encode;
            case AVRO_CONFLUENT -> {
                ConfluentCodec<Prediction> codec = codec();
                yield prediction -> codec.encode(topic, prediction);
            }
        };
    }

    /**
     * Asks for what writing will need, so that a host does not start without it.
     *
     * @throws io.github.debertastreams.schemas.registry.RegistryException where the registry does not have the schema
     */
    public void check() {
        if (format == OutputFormat.AVRO_CONFLUENT) {
            codec().schemaId(topic);
        }
    }

    private ConfluentCodec<Prediction> codec() {
        SchemaRegistryClient client = new SchemaRegistryClient(Objects.requireNonNull(registry, "registry"));
        return new ConfluentCodec<>(PredictionCodec.predictions(), client, subject, register);
    }
}
