package io.github.debertastreams.schemas;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One record of each kind. Fixed for ever: the bytes under {@code released/} were made from them. */
final class Samples {

    private static final Instant PREDICTED_AT = Instant.parse("2026-11-23T12:34:56.789Z");

    private Samples() {}

    static TextEvent textEvent() {
        return TextEvent.newBuilder()
                .setId("event-1")
                .setText("Where is my card? \uD83D\uDCB3")
                .setTextPair("second")
                .setTimestamp(PREDICTED_AT)
                .setAttributes(Map.of("channel", "chat"))
                .build();
    }

    /** By the name of the result's type. */
    static Map<String, Prediction> predictions() {
        Map<String, Prediction> samples = new TreeMap<>();
        List.of(
                        new ClassificationResult(
                                List.of(new LabelScore("card_arrival", 0.75), new LabelScore("other", 0.25))),
                        new EntitiesResult(List.of(new Entity("PERSON", 0.5, "Ada", 3, 6, -1))),
                        new AnswersResult(List.of(new Answer("in the post", 0.5, 10, 21))),
                        new MaskFillsResult(List.of(new MaskFills(List.of(new MaskFill(42, " card", 0.5, ""))))),
                        new EmbeddingResult(List.of(0.5f, -1.25f), List.of()),
                        new PredictionError(ErrorKind.NO_TEXT, "the record has no value"))
                .forEach(result -> samples.put(result.getClass().getSimpleName(), envelope(result)));
        return samples;
    }

    private static Prediction envelope(Object result) {
        return Prediction.newBuilder()
                .setId("event-1")
                .setTask("text-classification")
                .setModel("intents")
                .setModelRevision("abc123")
                .setBackend("native-vector512")
                .setResult(result)
                .setTokenCount(7)
                .setTruncated(true)
                .setTimings(new PredictionTimings(10L, 20L, 30L, 4))
                .setPredictedAt(PREDICTED_AT)
                .build();
    }
}
