package io.github.debertastreams.flink.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.FormulaModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.task.Answers;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Embedding;
import io.github.debertastreams.model.task.Entities;
import io.github.debertastreams.model.task.MaskFills;
import io.github.debertastreams.model.task.Prediction;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.task.TokenEmbeddings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every task in SQL, over small models of each head: the columns hold what {@link NlpModel} says. */
class MlPredictTasksTest {

    private static final Path MODELS = Path.of("../model/src/test/resources/pipelines/demo.json.gz");
    private static final Path VOCABULARY = Path.of("../model/demo/intents");
    private static final List<String> TEXTS = List.of(
            "My card has not arrived yet",
            "",
            "Jane Smith, of the bank in Tokyo, sent 200 euros to John 😀 on Monday; he never got them.",
            "transfer");

    @TempDir
    private static Path directory = Path.of("");

    @BeforeAll
    static void writeModels() throws IOException {
        FormulaModel.writeAll(directory, MODELS, VOCABULARY, 64);
    }

    @Test
    void classifiesTexts() throws Exception {
        check(
                "label STRING, score DOUBLE, labels ARRAY<ROW<label STRING, score DOUBLE>>",
                inputs(text -> text, null),
                Map.of("model", "topics", "task", "text-classification", "top.k", "3"),
                MlPredictTasksTest::labels);
    }

    @Test
    void classifiesTextsByCandidateLabelsOfTheirOwn() throws Exception {
        check(
                "label STRING, score DOUBLE, labels ARRAY<ROW<label STRING, score DOUBLE>>",
                TEXTS.stream()
                        .map(text -> new TextInput(text, null, List.of("money", "travel" + text.length())))
                        .toList(),
                Map.of("model", "entailment", "task", "zero-shot-classification"),
                MlPredictTasksTest::labels);
    }

    @Test
    void classifiesTextsByTheCandidateLabelsOfTheModel() throws Exception {
        check(
                "label STRING, score DOUBLE, labels ARRAY<ROW<label STRING, score DOUBLE>>",
                inputs(text -> text, null),
                Map.of("model", "entailment", "task", "zero-shot-classification", "candidate.labels", "money,travel"),
                MlPredictTasksTest::labels);
    }

    @Test
    void ranksPairs() throws Exception {
        check(
                "score DOUBLE",
                inputs(text -> "where is my card?", text -> text),
                Map.of("model", "relevance", "task", "rerank"),
                prediction -> Row.of(((Classification) prediction).best().score()));
    }

    @Test
    void findsEntities() throws Exception {
        check(
                "entities ARRAY<ROW<`start` INT, `end` INT, entity_group STRING, word STRING, score DOUBLE>>",
                inputs(text -> text, null),
                Map.of("model", "tags", "task", "token-classification"),
                prediction -> Row.of((Object) ((Entities) prediction)
                        .entities().stream()
                                .map(e -> Row.of(e.start(), e.end(), e.group(), e.word(), e.score()))
                                .toArray(Row[]::new)));
    }

    @Test
    void answersQuestions() throws Exception {
        check(
                "answer STRING, score DOUBLE, `start` INT, `end` BIGINT, answers ARRAY<ROW<answer STRING, score DOUBLE>>",
                inputs(text -> "what is it about?", text -> "It is " + text),
                Map.of(
                        "model",
                        "answers",
                        "task",
                        "question-answering",
                        "top.k",
                        "3",
                        "handle.impossible.answer",
                        "true"),
                prediction -> {
                    List<Answers.Answer> all = ((Answers) prediction).answers();
                    Answers.Answer best = all.get(0);
                    return Row.of(
                            best.answer(),
                            best.score(),
                            best.start(),
                            (long) best.end(),
                            all.stream()
                                    .map(answer -> Row.of(answer.answer(), answer.score()))
                                    .toArray(Row[]::new));
                });
    }

    @Test
    void fillsMasks() throws Exception {
        check(
                "token_str STRING, token INT, score DOUBLE, `sequence` STRING, "
                        + "masks ARRAY<ARRAY<ROW<token INT, score DOUBLE>>>",
                inputs(text -> text + " [MASK] and [MASK]", null),
                Map.of("model", "masks", "task", "fill-mask", "top.k", "2"),
                prediction -> {
                    List<List<MaskFills.Fill>> masks = ((MaskFills) prediction).masks();
                    MaskFills.Fill best = masks.get(0).get(0);
                    return Row.of(
                            best.tokenText(),
                            best.token(),
                            best.score(),
                            best.sequence(),
                            masks.stream()
                                    .map(mask -> mask.stream()
                                            .map(fill -> Row.of(fill.token(), fill.score()))
                                            .toArray(Row[]::new))
                                    .toArray(Row[][]::new));
                });
    }

    @Test
    void makesVectors() throws Exception {
        check(
                "embedding ARRAY<FLOAT>",
                inputs(text -> text, null),
                Map.of("model", "topics", "task", "feature-extraction", "normalize", "true"),
                prediction -> Row.of((Object) boxed(((Embedding) prediction).vector())));
    }

    @Test
    void makesVectorsOfTokens() throws Exception {
        check(
                "token_embeddings ARRAY<ARRAY<FLOAT>>",
                inputs(text -> text, null),
                Map.of("model", "topics", "task", "feature-extraction", "pooling", "none"),
                prediction -> {
                    TokenEmbeddings tokens = (TokenEmbeddings) prediction;
                    Float[] values = boxed(tokens.vectors());
                    return Row.of((Object) IntStream.range(0, tokens.tokens())
                            .mapToObj(i -> Arrays.copyOfRange(values, i * tokens.size(), (i + 1) * tokens.size()))
                            .toArray(Float[][]::new));
                });
    }

    private static List<TextInput> inputs(Function<String, String> first, @Nullable Function<String, String> second) {
        return TEXTS.stream()
                .map(text -> new TextInput(first.apply(text), second == null ? null : second.apply(text)))
                .toList();
    }

    /** Runs {@code ML_PREDICT} and the model itself on the same inputs. */
    private static void check(
            String columns, List<TextInput> inputs, Map<String, String> options, Function<Prediction, Row> expected)
            throws Exception {
        Map<String, String> resolved = new HashMap<>(options);
        resolved.put(
                "model", directory.resolve(options.getOrDefault("model", "")).toString());
        List<String> with = new ArrayList<>();
        resolved.forEach((key, value) -> with.addAll(List.of(key, value)));
        boolean pair = inputs.get(0).textPair() != null;
        boolean candidates = !inputs.get(0).candidates().isEmpty();
        String declared = "body STRING" + (pair ? ", pair STRING" : "") + (candidates ? ", labels ARRAY<STRING>" : "");
        String described = "body" + (pair ? ", pair" : "") + (candidates ? ", choices" : "");
        SqlTables tables =
                new SqlTables().run(view(inputs)).run(SqlTables.model(declared, columns, with.toArray(String[]::new)));

        List<Row> rows = tables.rows("SELECT * FROM ML_PREDICT(TABLE texts, MODEL m, DESCRIPTOR(" + described + "))");

        Map<Integer, Row> byId = new HashMap<>();
        rows.forEach(row -> byId.put((Integer) row.getField(0), row));
        assertThat(byId).hasSize(inputs.size()).hasSameSizeAs(rows);
        try (NlpModel model = NlpModel.open(ModelOptions.from(resolved))) {
            List<Outcome> outcomes = model.predict(inputs);
            for (int i = 0; i < inputs.size(); i++) {
                Row row = Objects.requireNonNull(byId.get(i));
                Prediction prediction = ((Outcome.Predicted) outcomes.get(i)).prediction();
                assertThat(fields(row, 4)).isEqualTo(fields(expected.apply(prediction), 0));
            }
        }
    }

    /** From one field on; a score may differ in its last digits, as its batch was another one. */
    private static String fields(Row row, int from) {
        return IntStream.range(from, row.getArity())
                .mapToObj(i -> rounded(row.getField(i)))
                .toList()
                .toString();
    }

    private static String rounded(@Nullable Object value) {
        if (value instanceof Object[] array) {
            return Arrays.stream(array)
                    .map(MlPredictTasksTest::rounded)
                    .toList()
                    .toString();
        }
        if (value instanceof Row row) {
            return fields(row, 0);
        }
        return value instanceof Double || value instanceof Float
                ? Long.toString(Math.round(((Number) value).doubleValue() * 1e5))
                : String.valueOf(value);
    }

    private static String view(List<TextInput> inputs) {
        List<String> rows = new ArrayList<>();
        for (TextInput input : inputs) {
            String choices = input.candidates().isEmpty()
                    ? "CAST(NULL AS ARRAY<STRING>)"
                    : "ARRAY['" + String.join("', '", input.candidates()) + "']";
            rows.add("(" + rows.size() + ", '" + input.text() + "', "
                    + (input.textPair() == null ? "CAST(NULL AS STRING)" : "'" + input.textPair() + "'") + ", "
                    + choices + ")");
        }
        return "CREATE TEMPORARY VIEW texts AS SELECT id, CAST(body AS STRING) body, CAST(pair AS STRING) pair,"
                + " CAST(choices AS ARRAY<STRING>) choices FROM (VALUES "
                + String.join(", ", rows) + ") AS t (id, body, pair, choices)";
    }

    private static Row labels(Prediction prediction) {
        Classification found = (Classification) prediction;
        return Row.of(
                found.best().label(),
                found.best().score(),
                found.labels().stream()
                        .map(label -> Row.of(label.label(), label.score()))
                        .toArray(Row[]::new));
    }

    private static Float[] boxed(float[] values) {
        Float[] boxed = new Float[values.length];
        for (int i = 0; i < values.length; i++) {
            boxed[i] = values[i];
        }
        return boxed;
    }
}
