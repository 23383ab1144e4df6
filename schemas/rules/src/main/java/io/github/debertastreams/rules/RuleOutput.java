package io.github.debertastreams.rules;

import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.PredictionJson;
import java.io.Serializable;
import java.util.function.Function;

/** Where a rule's predictions go and how they are written. */
public record RuleOutput(String topic, OutputFormat format) implements Serializable {

    static RuleOutput from(RuleValues values) {
        return new RuleOutput(
                values.required(RuleKeys.OUTPUT_TOPIC),
                values.choice(RuleKeys.OUTPUT_FORMAT, OutputFormat.class, OutputFormat.AVRO));
    }

    /** From a prediction to a value's bytes. Does not travel: make it where it is used. Threads may share it. */
    public Function<Prediction, byte[]> encoder() {
        return switch (format) {
            case AVRO -> PredictionCodec.predictions()::encode;
            case JSON -> PredictionJson::encode;
        };
    }
}
