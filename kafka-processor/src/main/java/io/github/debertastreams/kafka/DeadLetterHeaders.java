package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.debertastreams.rules.DeadLetter;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** The headers of a {@link DeadLetter}, and those with which Kafka Streams names an exception. */
final class DeadLetterHeaders {

    static final String EXCEPTION = "__streams.errors.exception";
    static final String STACKTRACE = "__streams.errors.stacktrace";

    private DeadLetterHeaders() {}

    /** Adds to the headers given. */
    static Headers of(
            Headers headers,
            Optional<RecordMetadata> place,
            String rule,
            Prediction prediction,
            PredictionError error) {
        put(headers, EXCEPTION, RecordFailedException.class.getName());
        put(headers, STACKTRACE, error.getKind() + ": " + error.getMessage());
        DeadLetter.Place read = place.map(
                        record -> new DeadLetter.Place(record.topic(), record.partition(), record.offset()))
                .orElse(null);
        DeadLetter.headers(read, rule, prediction, error).forEach((name, value) -> put(headers, name, value));
        return headers;
    }

    static void omitValue(Headers headers, byte @Nullable [] value) {
        if (value != null) {
            put(headers, DeadLetter.OMITTED, Integer.toString(value.length));
        }
    }

    static void omitHeaders(Headers headers, int count) {
        put(headers, DeadLetter.OMITTED_HEADERS, Integer.toString(count));
    }

    private static void put(Headers headers, String key, String value) {
        headers.remove(key).add(key, value.getBytes(UTF_8));
    }
}
