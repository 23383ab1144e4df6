package io.github.debertastreams.flink.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.debertastreams.flink.job.KafkaRecord.Header;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A record as it was, with headers that say where it came from and what was wrong with it: those of the Kafka host. */
final class DeadLetters {

    private static final String STREAMS = "__streams.errors.";
    private static final String OMITTED = "deberta.value.omitted.bytes";

    private DeadLetters() {}

    static KafkaRecord of(
            KafkaRecord record,
            String topic,
            String rule,
            Prediction prediction,
            PredictionError error,
            RequestLimit limit) {
        Map<String, String> said = new LinkedHashMap<>();
        said.put(STREAMS + "message", error.getMessage());
        said.put(STREAMS + "topic", record.place().topic());
        said.put(STREAMS + "partition", Integer.toString(record.place().partition()));
        said.put(STREAMS + "offset", Long.toString(record.place().offset()));
        said.put("deberta.error.kind", error.getKind().name());
        said.put("deberta.rule", rule);
        said.put("deberta.model.revision", prediction.getModelRevision());
        KafkaRecord letter = record.to(topic, record.value(), headers(record, said));
        if (limit.admits(letter) || record.value() == null) {
            return letter;
        }
        said.put(OMITTED, Integer.toString(record.value().length));
        return record.to(topic, null, headers(record, said));
    }

    /** In place of what an earlier life as a dead letter left there. */
    private static List<Header> headers(KafkaRecord record, Map<String, String> said) {
        List<Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!said.containsKey(header.name())) {
                headers.add(header);
            }
        }
        said.forEach((name, value) -> headers.add(new Header(name, value.getBytes(UTF_8))));
        return headers;
    }
}
