package io.github.debertastreams.flink.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.debertastreams.flink.job.KafkaRecord.Header;
import io.github.debertastreams.rules.DeadLetter;
import io.github.debertastreams.rules.RequestLimit;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A record as it was, with the headers of a {@link DeadLetter}; where it would not fit, without its value, or its headers too. */
final class DeadLetters {

    private DeadLetters() {}

    static KafkaRecord of(
            KafkaRecord record,
            String topic,
            String rule,
            Prediction prediction,
            PredictionError error,
            RequestLimit limit) {
        KafkaRecord.Place place = record.place();
        Map<String, String> said = DeadLetter.headers(
                new DeadLetter.Place(place.topic(), place.partition(), place.offset()), rule, prediction, error);
        KafkaRecord letter = record.to(topic, record.value(), headers(record.headers(), said));
        if (!letter.fits(limit) && record.value() != null) {
            said.put(DeadLetter.OMITTED, Integer.toString(record.value().length));
            letter = record.to(topic, null, headers(record.headers(), said));
        }
        if (!letter.fits(limit)) {
            said.put(
                    DeadLetter.OMITTED_HEADERS,
                    Integer.toString(record.headers().size()));
            letter = record.to(topic, null, headers(List.of(), said));
        }
        return letter.requireFits(limit);
    }

    private static List<Header> headers(List<Header> kept, Map<String, String> said) {
        List<Header> headers = new ArrayList<>();
        for (Header header : kept) {
            if (!said.containsKey(header.name())) {
                headers.add(header);
            }
        }
        said.forEach((name, value) -> headers.add(new Header(name, value.getBytes(UTF_8))));
        return headers;
    }
}
