package io.github.debertastreams.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.Answers;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Embedding;
import io.github.debertastreams.model.task.Entities;
import io.github.debertastreams.model.task.TokenEmbeddings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictionMapperTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_000);
    /** By type: a prediction, and the type of its Avro result. */
    private static final Map<String, Sample> SAMPLES = Map.of(
            "Classification",
            new Sample(
                    new Classification(List.of(new Classification.LabelScore("card_arrival", 0.75))),
                    new ClassificationResult(List.of(new LabelScore("card_arrival", 0.75)))),
            "Entities",
            new Sample(
                    new Entities(List.of(
                            new Entities.Entity("PERSON", 0.5, "Ada", 3, 6),
                            new Entities.Entity("B-ORG", 0.25, "Co", 7, 9, 4))),
                    new EntitiesResult(List.of(
                            new Entity("PERSON", 0.5, "Ada", 3, 6, -1), new Entity("B-ORG", 0.25, "Co", 7, 9, 4)))),
            "Answers",
            new Sample(
                    new Answers(List.of(new Answers.Answer("in the post", 0.5, 10, 21))),
                    new AnswersResult(List.of(new Answer("in the post", 0.5, 10, 21)))),
            "MaskFills",
            new Sample(
                    new io.github.debertastreams.model.task.MaskFills(List.of(List.of(
                            new io.github.debertastreams.model.task.MaskFills.Fill(0.5, 42, " card", "my card")))),
                    new MaskFillsResult(List.of(new MaskFills(List.of(new MaskFill(42, " card", 0.5, "my card")))))),
            "Embedding",
            new Sample(
                    new Embedding(new float[] {0.5f, -1.25f}), new EmbeddingResult(List.of(0.5f, -1.25f), List.of())),
            "TokenEmbeddings",
            new Sample(
                    new TokenEmbeddings(new float[] {0.5f, -1.25f, 2, 3}, 2),
                    new EmbeddingResult(List.of(), List.of(List.of(0.5f, -1.25f), List.of(2f, 3f)))));

    private record Sample(io.github.debertastreams.model.task.Prediction prediction, Object result) {}

    private final PredictionMapper mapper =
            new PredictionMapper(new ModelInfo("intents", "abc", "native", "text-classification"));

    @Test
    void everyPredictionTypeHasAnAvroMappingThatSurvivesTheWire() {
        assertThat(io.github.debertastreams.model.task.Prediction.class.getPermittedSubclasses())
                .extracting(Class::getSimpleName)
                .containsExactlyInAnyOrderElementsOf(SAMPLES.keySet());
        PredictionCodec<Prediction> codec = PredictionCodec.predictions();
        SAMPLES.forEach((name, sample) -> {
            Prediction avro = mapper.toAvro("doc-1", predicted(sample.prediction()), NOW);
            assertThat(avro.getResult()).isEqualTo(sample.result());
            assertThat(codec.decode(codec.encode(avro))).isEqualTo(avro);
        });
    }

    @Test
    void envelopeSaysWhatMadeIt() {
        Prediction avro = mapper.toAvro("doc-1", predicted(new Embedding(new float[] {1})), NOW);
        assertThat(avro.getId()).isEqualTo("doc-1");
        assertThat(avro.getModel()).isEqualTo("intents");
        assertThat(avro.getModelRevision()).isEqualTo("abc");
        assertThat(avro.getBackend()).isEqualTo("native");
        assertThat(avro.getTask()).isEqualTo("text-classification");
        assertThat(avro.getTokenCount()).isEqualTo(9);
        assertThat(avro.getTruncated()).isTrue();
        assertThat(avro.getTimings()).isEqualTo(new PredictionTimings(1L, 2L, 3L, 4));
        assertThat(avro.getPredictedAt()).isEqualTo(NOW);
    }

    @Test
    void rejectionBecomesATypedError() {
        Prediction avro =
                mapper.toAvro("doc-1", new Outcome.Rejected(ModelException.Kind.INVALID_INPUT, "too long"), NOW);
        assertThat(avro.getResult()).isEqualTo(new PredictionError(ErrorKind.INVALID_INPUT, "too long"));
        assertThat(avro.getTimings()).isNull();
    }

    private static Outcome predicted(io.github.debertastreams.model.task.Prediction prediction) {
        return new Outcome.Predicted(prediction, 9, true, new Outcome.Timings(1_000, 2_000, 3_000, 4));
    }
}
