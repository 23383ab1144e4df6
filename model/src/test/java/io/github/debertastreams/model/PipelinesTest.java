package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.task.Answers;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Classification.LabelScore;
import io.github.debertastreams.model.task.Embedding;
import io.github.debertastreams.model.task.Entities;
import io.github.debertastreams.model.task.MaskFills;
import io.github.debertastreams.model.task.Prediction;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.task.TokenEmbeddings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every task against Hugging Face's pipelines, which src/test/scripts/pipelines.py ran: labels and offsets equal, scores within
 * 1e-5, one text at a time and in batches of mixed lengths.
 */
class PipelinesTest {

    private static final double MAX_ERROR = 1e-5;
    private static final Path RESULTS = Path.of("src/test/resources/pipelines");
    private static final Path SHARED = Path.of(System.getProperty("golden.dir", "../../shared/golden"), "tokenizer/hf");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"demo", "v1", "v3"})
    void answersAreThoseOfHuggingFace(String vocabulary) throws IOException {
        Path tokenizer = vocabulary.equals("demo") ? Path.of("demo/intents") : SHARED.resolve("deberta-" + vocabulary);
        assumeTrue(Files.isDirectory(tokenizer), () -> "skipped: no vocabulary at " + tokenizer);
        JsonNode texts = JSON.readTree(Files.readString(RESULTS.resolve("texts.json")));
        JsonNode results = results(vocabulary);
        Map<String, Path> models = new HashMap<>();
        for (Map.Entry<String, JsonNode> model : results.get("models").properties()) {
            models.put(
                    model.getKey(),
                    FormulaModel.write(
                            directory.resolve(model.getKey()),
                            model.getValue(),
                            tokenizer,
                            results.get("maxLength").intValue()));
        }
        for (JsonNode run : results.get("runs")) {
            Map<String, String> options = new HashMap<>();
            run.get("options")
                    .properties()
                    .forEach(option ->
                            options.put(option.getKey(), option.getValue().textValue()));
            options.put("model", String.valueOf(models.get(run.get("model").textValue())));
            new Run(vocabulary + " " + options, ModelOptions.from(options), texts, run.get("cases")).compare();
        }
    }

    private static JsonNode results(String vocabulary) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(RESULTS.resolve(vocabulary + ".json.gz")))) {
            return JSON.readTree(in);
        }
    }

    /** The cases of one model and one set of options. */
    private record Run(String what, ModelOptions options, JsonNode texts, JsonNode cases) {

        void compare() {
            List<TextInput> inputs = new ArrayList<>();
            cases.forEach(one -> inputs.add(input(one)));
            ModelOptions batched = options.toBuilder()
                    .maxBatchRecords(64)
                    .maxBatchTokens(100_000)
                    .linger(Duration.ofMillis(1))
                    .workers(2)
                    .build();
            try (NlpModel model = NlpModel.open(batched);
                    PredictionService service = PredictionService.acquire(batched, same -> model)) {
                for (int i = 0; i < inputs.size(); i += 16) {
                    compare(i, model.predict(List.of(inputs.get(i))).get(0));
                }
                List<Outcome> direct = model.predict(inputs);
                List<Outcome> queued = service.predict(inputs);
                for (int i = 0; i < inputs.size(); i++) {
                    compare(i, direct.get(i));
                    compare(i, queued.get(i));
                }
            }
        }

        private TextInput input(JsonNode one) {
            List<String> candidates = new ArrayList<>();
            one.path("candidates").forEach(candidate -> candidates.add(candidate.textValue()));
            String pair = text(one.path("pair"));
            return new TextInput(String.valueOf(text(one.get("text"))), pair, candidates);
        }

        private @Nullable String text(JsonNode indexOrText) {
            return indexOrText.isInt() ? texts.get(indexOrText.intValue()).textValue() : indexOrText.textValue();
        }

        private void compare(int index, Outcome outcome) {
            TextInput input = input(cases.get(index));
            String where = what + " case " + index + " '" + input.text() + "'";
            assertThat(outcome).as(where).isInstanceOf(Outcome.Predicted.class);
            Prediction prediction = ((Outcome.Predicted) outcome).prediction();
            JsonNode expected = cases.get(index).get("out");
            if (prediction instanceof Classification classification) {
                compareLabels(where, classification, expected);
            } else if (prediction instanceof Entities entities) {
                compareEntities(where, input.text(), entities, expected);
            } else if (prediction instanceof Answers found) {
                compareAnswers(where, String.valueOf(input.textPair()), found, expected);
            } else if (prediction instanceof MaskFills fills) {
                compareFills(where, fills, expected);
            } else if (prediction instanceof Embedding embedding) {
                compareVector(where, embedding.vector(), 0, expected);
            } else if (prediction instanceof TokenEmbeddings tokens) {
                assertThat(tokens.tokens()).as(where).isEqualTo(expected.size());
                for (int token = 0; token < tokens.tokens(); token++) {
                    compareVector(where, tokens.vectors(), token * tokens.size(), expected.get(token));
                }
            } else {
                throw new AssertionError(prediction.getClass());
            }
        }

        /** Hugging Face has one pair of fields, a list of such pairs, or two lists. */
        private static void compareLabels(String where, Classification actual, JsonNode expected) {
            List<LabelScore> others = new ArrayList<>();
            if (expected.has("labels")) {
                for (int i = 0; i < expected.get("labels").size(); i++) {
                    others.add(new LabelScore(
                            expected.get("labels").get(i).textValue(),
                            expected.get("scores").get(i).doubleValue()));
                }
            } else {
                for (JsonNode one :
                        expected.isArray() ? expected : JSON.createArrayNode().add(expected)) {
                    others.add(new LabelScore(
                            one.get("label").textValue(), one.get("score").doubleValue()));
                }
            }
            assertThat(actual.labels())
                    .as(where)
                    .extracting(LabelScore::label)
                    .containsExactlyElementsOf(
                            others.stream().map(LabelScore::label).toList());
            for (int i = 0; i < others.size(); i++) {
                assertClose(where, actual.labels().get(i).score(), others.get(i).score());
            }
        }

        private static void compareEntities(String where, String text, Entities actual, JsonNode expected) {
            assertThat(actual.entities()).as(where).hasSize(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                Entities.Entity entity = actual.entities().get(i);
                JsonNode other = expected.get(i);
                assertThat(entity.group()).as(where).isEqualTo(other.get(0).textValue());
                assertClose(where, entity.score(), other.get(1).doubleValue());
                assertThat(entity.word()).as(where).isEqualTo(other.get(2).textValue());
                assertThat(text.codePointCount(0, entity.start()))
                        .as(where)
                        .isEqualTo(other.get(3).intValue());
                assertThat(text.codePointCount(0, entity.end()))
                        .as(where)
                        .isEqualTo(other.get(4).intValue());
                assertThat(entity.index()).as(where).isEqualTo(other.path(5).asInt(-1));
            }
        }

        private static void compareAnswers(String where, String context, Answers actual, JsonNode expected) {
            assertThat(actual.answers()).as(where).hasSize(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                Answers.Answer answer = actual.answers().get(i);
                JsonNode other = expected.get(i);
                assertThat(answer.answer())
                        .as(where)
                        .isEqualTo(other.get("answer").textValue());
                assertThat(context.codePointCount(0, answer.start()))
                        .as(where)
                        .isEqualTo(other.get("start").intValue());
                assertThat(context.codePointCount(0, answer.end()))
                        .as(where)
                        .isEqualTo(other.get("end").intValue());
                assertClose(where, answer.score(), other.get("score").doubleValue());
            }
        }

        private static void compareFills(String where, MaskFills actual, JsonNode expected) {
            assertThat(actual.masks()).as(where).hasSize(expected.size());
            for (int mask = 0; mask < expected.size(); mask++) {
                assertThat(actual.masks().get(mask))
                        .as(where)
                        .hasSize(expected.get(mask).size());
                for (int i = 0; i < expected.get(mask).size(); i++) {
                    MaskFills.Fill fill = actual.masks().get(mask).get(i);
                    JsonNode other = expected.get(mask).get(i);
                    assertClose(where, fill.score(), other.get(0).doubleValue());
                    assertThat(fill.token()).as(where).isEqualTo(other.get(1).intValue());
                    assertThat(fill.tokenText())
                            .as(where)
                            .isEqualTo(other.get(2).textValue());
                    assertThat(fill.sequence()).as(where).isEqualTo(other.get(3).textValue());
                }
            }
        }

        private static void compareVector(String where, float[] actual, int offset, JsonNode expected) {
            for (int i = 0; i < expected.size(); i++) {
                assertClose(where, actual[offset + i], expected.get(i).doubleValue());
            }
        }

        private static void assertClose(String where, double actual, double expected) {
            if (!(Math.abs(actual - expected) <= MAX_ERROR)) {
                throw new AssertionError(where + ": " + actual + ", expected " + expected);
            }
        }
    }
}
