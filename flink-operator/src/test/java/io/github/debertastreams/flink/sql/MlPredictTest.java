package io.github.debertastreams.flink.sql;

import static io.github.debertastreams.flink.sql.SqlTables.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.batch.PredictionService;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

/** {@code ML_PREDICT} with a demo model: what is refused when a query is planned, rows without a prediction, batches. */
class MlPredictTest {

    private static final String MODEL = "../model/demo/intents";
    private static final String CLASSIFY = "text-classification";
    private static final String QUERY = "SELECT * FROM ML_PREDICT(TABLE texts, MODEL m, DESCRIPTOR(body))";

    private final SqlTables tables = new SqlTables();

    @Test
    void aNullTextHasNullsForAPrediction() throws Exception {
        texts("(1, 'My card has not arrived yet')", "(2, CAST(NULL AS STRING))");
        tables.run(model("t STRING", "label STRING, token_count INT", "model", MODEL, "task", CLASSIFY));

        assertThat(tables.rows("SELECT id, label, token_count FROM ML_PREDICT(TABLE texts, MODEL m, DESCRIPTOR(body))"))
                .containsExactlyInAnyOrder(Row.of(1, "card_arrival", 8), Row.of(2, null, null));
    }

    @Test
    void aNullPairHasNullsForAPredictionToo() throws Exception {
        tables.run("CREATE TEMPORARY VIEW texts AS SELECT id, CAST(body AS STRING) body, CAST(pair AS STRING) pair FROM"
                + " (VALUES (1, 'transfer', CAST(NULL AS STRING))) AS t (id, body, pair)");
        tables.run(model("t STRING, p STRING", "label STRING, error_kind STRING", "model", MODEL, "task", CLASSIFY));

        assertThat(tables.rows("SELECT id, label, error_kind FROM"
                        + " ML_PREDICT(TABLE texts, MODEL m, DESCRIPTOR(body, pair))"))
                .containsExactly(Row.of(1, null, "NO_TEXT"));
    }

    @Test
    void whatTheModelRefusesIsToldInTheErrorColumns() throws Exception {
        texts(
                "(1, 'transfer')",
                "(2, 'My card has not arrived yet, and I have waited for it')",
                "(3, CAST(NULL AS STRING))");
        tables.run(model(
                "t STRING",
                "label STRING, error_kind STRING, error_message STRING",
                "model",
                MODEL,
                "task",
                CLASSIFY,
                "max.length",
                "8",
                "long.text",
                "reject"));

        assertThat(tables.rows("SELECT id, label IS NULL, error_kind FROM"
                        + " ML_PREDICT(TABLE texts, MODEL m, DESCRIPTOR(body))"))
                .containsExactlyInAnyOrder(
                        Row.of(1, false, null), Row.of(2, true, "TOO_LONG"), Row.of(3, true, "NO_TEXT"));
    }

    @Test
    void whatTheModelRefusesFailsTheJobWhereNoColumnTells() {
        texts("(1, 'My card has not arrived yet, and I have waited for it')");
        tables.run(model(
                "t STRING",
                "label STRING",
                "model",
                MODEL,
                "task",
                CLASSIFY,
                "max.length",
                "8",
                "long.text",
                "reject"));

        assertThatThrownBy(() -> tables.rows(QUERY)).hasStackTraceContaining("no prediction for a row");
    }

    @Test
    void rowsAreReadInBatches() throws Exception {
        tables.run("CREATE TEMPORARY TABLE texts (id INT, body AS 'card ' || CAST(id AS STRING)) WITH ('connector' ="
                + " 'datagen', 'number-of-rows' = '600', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1',"
                + " 'fields.id.end' = '600')");
        tables.run(model(
                "t STRING",
                "label STRING, token_count INT",
                "model",
                MODEL,
                "task",
                CLASSIFY,
                "batch.linger.ms",
                "20",
                "batch.max.records",
                "16"));
        ModelOptions options = ModelOptions.from(
                Map.of("model", MODEL, "task", CLASSIFY, "batch.linger.ms", "20", "batch.max.records", "16"));
        try (PredictionService shared = PredictionService.acquire(options)) { // the job's, as the options are equal
            List<Row> rows = tables.rows("SELECT id, label FROM ML_PREDICT(TABLE texts, MODEL m, DESCRIPTOR(body),"
                    + " MAP['async', 'true', 'max-concurrent-operations', '64', 'output-mode', 'ALLOW_UNORDERED'])");

            assertThat(rows).hasSize(600).doesNotHaveDuplicates();
            assertThat(shared.statistics().sequences()).isEqualTo(600);
            assertThat(shared.statistics().batches()).isLessThan(600 / 8);
        }
    }

    @Test
    void explainsAQuery() {
        texts("(1, 'transfer')");
        tables.run(model("t STRING", "label STRING", "model", MODEL, "task", CLASSIFY));

        assertThat(tables.explain(QUERY)).contains("MLPredictTableFunction", "MODEL");
    }

    @Test
    void unknownOptionsAreRefusedWithTheNearestKnown() {
        refused(
                "label STRING",
                "unknown option 'top.kk', did you mean 'top.k'?",
                "model",
                MODEL,
                "task",
                CLASSIFY,
                "top.kk",
                "2");
    }

    @Test
    void valuesAreChecked() {
        refused(
                "label STRING",
                "option 'on.error' is 'drop', expected fail or error-columns",
                "model",
                MODEL,
                "task",
                CLASSIFY,
                "on.error",
                "drop");
    }

    @Test
    void theTaskIsRequiredAndKnown() {
        refused("label STRING", "option 'task' is missing", "model", MODEL);
        refused("label STRING", "did you mean 'text-classification'?", "model", MODEL, "task", "text_classification");
    }

    @Test
    void theModelIsRequired() {
        refused("label STRING", "option 'model' is missing", "task", CLASSIFY);
    }

    @Test
    void aModelOfTheDistributedCacheIsRefused() {
        refused("label STRING", "know no distributed cache", "model", "cache:intents", "task", CLASSIFY);
    }

    @Test
    void aTableWithUpdatesIsRefusedByFlink() {
        tables.run("CREATE TEMPORARY TABLE changes (id INT, body STRING) WITH ('connector' = 'datagen')");
        tables.run("CREATE TEMPORARY VIEW texts AS SELECT id, MAX(body) AS body FROM changes GROUP BY id");
        tables.run(model("t STRING", "label STRING", "model", MODEL, "task", CLASSIFY));

        assertThatThrownBy(() -> tables.explain(QUERY))
                .hasStackTraceContaining("doesn't support consuming update changes");
    }

    @Test
    void columnsAreCheckedByNameAndType() {
        String[] options = {"model", MODEL, "task", CLASSIFY};
        refused("lable STRING", "'lable' of text-classification is not known, did you mean 'label'?", options);
        refused("score STRING", "'score' of text-classification is STRING, expected DOUBLE", options);
        refused("labels ARRAY<STRING>", "is STRING, expected ROW<label STRING, score DOUBLE>", options);
        refused("labels ARRAY<ROW<label STRING, s DOUBLE>>", "did you mean 'score'?", options);
        refused("label STRING NOT NULL", "expected one that may be NULL", options);
        refused("entities ARRAY<STRING>", "'entities' of text-classification is not known", options);
    }

    @Test
    void inputColumnsAreChecked() {
        texts("(1, 'transfer')");
        tables.run(model("t INT", "label STRING", "model", MODEL, "task", CLASSIFY));

        assertThatThrownBy(() -> tables.explain("SELECT * FROM ML_PREDICT(TABLE texts, MODEL m, DESCRIPTOR(id))"))
                .hasStackTraceContaining("input column 't' is INT, expected a STRING");
    }

    private void texts(String... rows) {
        tables.run("CREATE TEMPORARY VIEW texts AS SELECT id, CAST(body AS STRING) body FROM (VALUES "
                + String.join(", ", rows) + ") AS t (id, body)");
    }

    private void refused(String output, String message, String... options) {
        SqlTables fresh = new SqlTables()
                .run("CREATE TEMPORARY VIEW texts AS SELECT 'a' AS body")
                .run(model("t STRING", output, options));
        assertThatThrownBy(() -> fresh.explain(QUERY)).hasStackTraceContaining(message);
    }
}
