package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Embedding;
import io.github.debertastreams.model.task.Entities;
import io.github.debertastreams.model.task.LongText;
import io.github.debertastreams.model.task.Prediction;
import io.github.debertastreams.model.task.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo models against the pipelines of Hugging Face, and what a predictor promises. */
class DemoModelsTest {

    private static final Path INTENTS = Path.of("demo/intents");
    private static final Path PII = Path.of("demo/pii");
    private static final Offset<Double> ROUNDING = Offset.offset(1e-5);

    @Test
    void intentsAreThoseOfHuggingFace() throws IOException {
        try (NlpModel model =
                NlpModel.open(ModelOptions.builder(INTENTS).topK(3).build())) {
            for (JsonNode expected : reference("intents")) {
                Classification actual =
                        (Classification) model.predict(expected.get("text").textValue());
                JsonNode labels = expected.get("labels");
                assertThat(actual.labels()).hasSize(labels.size());
                for (int i = 0; i < labels.size(); i++) {
                    assertThat(actual.labels().get(i).label())
                            .as(expected.get("text").textValue())
                            .isEqualTo(labels.get(i).get("label").textValue());
                    assertThat(actual.labels().get(i).score())
                            .isCloseTo(labels.get(i).get("score").doubleValue(), ROUNDING);
                }
            }
        }
    }

    @Test
    void entitiesAreThoseOfHuggingFaceWithOffsetsInUtf16() throws IOException {
        try (NlpModel model = NlpModel.open(PII)) {
            for (JsonNode expected : reference("pii")) {
                Entities actual = (Entities) model.predict(expected.get("text").textValue());
                JsonNode entities = expected.get("entities");
                assertThat(actual.entities())
                        .as(expected.get("text").textValue())
                        .hasSize(entities.size());
                for (int i = 0; i < entities.size(); i++) {
                    Entities.Entity entity = actual.entities().get(i);
                    JsonNode other = entities.get(i);
                    assertThat(entity.group())
                            .isEqualTo(other.get("entity_group").textValue());
                    assertThat(entity.word()).isEqualTo(other.get("word").textValue());
                    assertThat(entity.start()).isEqualTo(other.get("start").intValue());
                    assertThat(entity.end()).isEqualTo(other.get("end").intValue());
                    assertThat(entity.score()).isCloseTo(other.get("score").doubleValue(), ROUNDING);
                }
            }
        }
    }

    @Test
    void orderAndMixOfLengthsChangeNoAnswer() throws IOException {
        List<TextInput> inputs = new ArrayList<>();
        for (JsonNode expected : reference("intents")) {
            inputs.add(TextInput.of(expected.get("text").textValue()));
        }
        ModelOptions options = ModelOptions.builder(INTENTS).topK(0).build();
        try (NlpModel model = NlpModel.open(options);
                PredictionService service = PredictionService.acquire(options.toBuilder()
                        .maxBatchRecords(16)
                        .maxBatchTokens(512)
                        .linger(Duration.ofMillis(2))
                        .build())) {
            List<Prediction> alone = new ArrayList<>();
            for (TextInput input : inputs) {
                alone.add(model.predict(input.text()));
            }
            for (int seed = 0; seed < 5; seed++) {
                List<Integer> order = new ArrayList<>();
                for (int i = 0; i < inputs.size(); i++) {
                    order.add(i);
                }
                Collections.shuffle(order, new Random(seed));
                List<TextInput> shuffled = order.stream().map(inputs::get).toList();
                for (Predictor predictor : List.<Predictor>of(model, service)) {
                    List<Outcome> outcomes = predictor.predict(shuffled);
                    for (int i = 0; i < order.size(); i++) {
                        assertSameLabels(outcomes.get(i), alone.get(order.get(i)));
                    }
                }
            }
        }
    }

    private static void assertSameLabels(Outcome outcome, Prediction expected) {
        List<Classification.LabelScore> actual = ((Classification) ((Outcome.Predicted) outcome).prediction()).labels();
        List<Classification.LabelScore> other = ((Classification) expected).labels();
        assertThat(actual).hasSize(other.size());
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).score()).isCloseTo(other.get(i).score(), ROUNDING);
        }
        assertThat(actual.get(0).label()).isEqualTo(other.get(0).label());
    }

    @Test
    void aTextThatIsTooLongIsCutAndSaysSoOrIsRefused() {
        String text = "where is my card ".repeat(500);
        try (NlpModel model = NlpModel.open(INTENTS);
                NlpModel strict = NlpModel.open(
                        ModelOptions.builder(INTENTS).longText(LongText.REJECT).build())) {
            Outcome.Predicted cut = (Outcome.Predicted)
                    model.predict(List.of(TextInput.of(text))).get(0);
            assertThat(cut.truncated()).isTrue();
            assertThat(cut.tokenCount()).isEqualTo(model.maxLength());
            List<Outcome> outcomes =
                    strict.predict(List.of(TextInput.of("short"), TextInput.of(text), TextInput.of("short too")));
            assertThat(outcomes.get(0)).isInstanceOf(Outcome.Predicted.class);
            assertThat(outcomes.get(1)).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
                assertThat(rejected.kind()).isEqualTo(ModelException.Kind.TOO_LONG);
                assertThat(rejected.reason()).contains("more tokens than the " + strict.maxLength());
            });
            assertThat(outcomes.get(2)).isInstanceOf(Outcome.Predicted.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\ud83d", "a\udc00b", "\u0000", "🤔🤔"})
    void strangeTextsHaveAnAnswerLikeAnyOther(String text) {
        try (NlpModel model = NlpModel.open(INTENTS)) {
            assertThat(model.predict(text)).isInstanceOf(Classification.class);
        }
    }

    @Test
    void theBareModelEmbedsTexts() {
        try (NlpModel model = NlpModel.open(
                ModelOptions.builder(INTENTS).task("feature-extraction").build())) {
            assertThat(model.predict("Where is my card?"))
                    .isInstanceOfSatisfying(
                            Embedding.class,
                            embedding -> assertThat(embedding.vector()).hasSize(192));
        }
    }

    @Test
    void namesItselfForThePredictionsItMakes() {
        try (NlpModel model = NlpModel.open(INTENTS)) {
            assertThat(model.name()).isEqualTo("intents");
            assertThat(model.revision()).matches("[0-9a-f]{12}");
            assertThat(model.task()).isEqualTo("text-classification");
            assertThat(model.backend()).startsWith("native-");
        }
    }

    @Test
    void refusesATaskThatTheHeadDoesNotServe() {
        assertThatThrownBy(() -> NlpModel.open(ModelOptions.builder(INTENTS)
                        .task("token-classification")
                        .build()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cannot serve token-classification")
                .hasMessageContaining("text-classification");
    }

    private static JsonNode reference(String name) throws IOException {
        Path file = Path.of("src/test/resources/demo/" + name + "-reference.json");
        JsonNode cases = new JsonMapper().readTree(Files.readString(file)).get("cases");
        assertThat(cases).hasSizeGreaterThan(20);
        return cases;
    }
}
