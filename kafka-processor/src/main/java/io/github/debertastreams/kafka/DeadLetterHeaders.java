package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * What a dead letter says beside its own key, value and headers: where it came from and what was wrong with it. The names with
 * {@code __streams.errors} are those of KIP-1034, so that one tool reads these letters and those of Kafka Streams' own handlers.
 */
final class DeadLetterHeaders {

    static final String EXCEPTION = "__streams.errors.exception";
    static final String MESSAGE = "__streams.errors.message";
    static final String STACKTRACE = "__streams.errors.stacktrace";
    static final String TOPIC = "__streams.errors.topic";
    static final String PARTITION = "__streams.errors.partition";
    static final String OFFSET = "__streams.errors.offset";
    static final String KIND = "deberta.error.kind";
    static final String RULE = "deberta.rule";
    static final String REVISION = "deberta.model.revision";
    /** The length of a value that was left out because the letter would not fit a request. */
    static final String OMITTED = "deberta.value.omitted.bytes";

    private DeadLetterHeaders() {}

    static Headers of(
            Headers given, Optional<RecordMetadata> place, String rule, Prediction prediction, PredictionError error) {
        Headers headers = new RecordHeaders(given);
        put(headers, EXCEPTION, RecordFailedException.class.getName());
        put(headers, MESSAGE, error.getMessage());
        put(headers, STACKTRACE, error.getKind() + ": " + error.getMessage());
        place.ifPresent(record -> {
            put(headers, TOPIC, record.topic());
            put(headers, PARTITION, Integer.toString(record.partition()));
            put(headers, OFFSET, Long.toString(record.offset()));
        });
        put(headers, KIND, error.getKind().name());
        put(headers, RULE, rule);
        put(headers, REVISION, prediction.getModelRevision());
        return headers;
    }

    static void omitValue(Headers headers, int bytes) {
        put(headers, OMITTED, Integer.toString(bytes));
    }

    /** In place of what an earlier life as a dead letter left there. */
    private static void put(Headers headers, String key, String value) {
        headers.remove(key).add(key, value.getBytes(UTF_8));
    }
}
