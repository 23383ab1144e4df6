package io.github.debertastreams.rules;

import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a dead letter says, in headers, beside its own key, value and headers: where it came from and what was wrong with it. The names
 * with {@code __streams.errors} are those of KIP-1034, so that one tool reads these letters and those of Kafka Streams' own handlers.
 */
public final class DeadLetter {

    public static final String MESSAGE = "__streams.errors.message";
    public static final String TOPIC = "__streams.errors.topic";
    public static final String PARTITION = "__streams.errors.partition";
    public static final String OFFSET = "__streams.errors.offset";
    public static final String KIND = "deberta.error.kind";
    public static final String RULE = "deberta.rule";
    public static final String REVISION = "deberta.model.revision";
    /** The length of a value that was left out because the letter would not fit a request. */
    public static final String OMITTED = "deberta.value.omitted.bytes";
    /** How many headers of the record were left out because the letter would not fit without its value either. */
    public static final String OMITTED_HEADERS = "deberta.headers.omitted";

    private DeadLetter() {}

    /** Where a record was read. */
    public record Place(String topic, int partition, long offset) {}

    /** The headers of a letter, in place of those of the same names that an earlier life as a dead letter left. */
    public static Map<String, String> headers(
            @Nullable Place place, String rule, Prediction prediction, PredictionError error) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(MESSAGE, error.getMessage());
        if (place != null) {
            headers.put(TOPIC, place.topic());
            headers.put(PARTITION, Integer.toString(place.partition()));
            headers.put(OFFSET, Long.toString(place.offset()));
        }
        headers.put(KIND, error.getKind().name());
        headers.put(RULE, rule);
        headers.put(REVISION, prediction.getModelRevision());
        return headers;
    }
}
