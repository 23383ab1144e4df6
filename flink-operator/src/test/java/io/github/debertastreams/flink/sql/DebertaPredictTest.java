package io.github.debertastreams.flink.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.task.Classification;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code deberta_predict} with a demo model. */
class DebertaPredictTest {

    private static final String MODEL = "../model/demo/intents";
    private static final String TEXT = "My card has not arrived yet";
    private static final String OPTIONS = ", 'model', '" + MODEL + "', 'task', 'text-classification'";

    private final SqlTables tables = new SqlTables();

    @BeforeEach
    void create() {
        tables.run(
                "CREATE TEMPORARY FUNCTION IF NOT EXISTS deberta_predict AS '" + DebertaPredict.class.getName() + "'");
    }

    @Test
    void aConstantTextIsPredictedAsTheModelDoes() throws Exception {
        List<Row> rows = tables.rows("SELECT p.label, p.score, p.token_count, p.error_kind FROM (SELECT "
                + call("'" + TEXT + "'", OPTIONS) + " AS p)");

        assertThat(rows).hasSize(1);
        try (NlpModel model = NlpModel.open(Path.of(MODEL))) {
            Classification expected = (Classification) model.predict(TEXT);
            assertThat(rows.get(0).getField(0))
                    .isEqualTo(expected.labels().get(0).label());
            assertThat((double) rows.get(0).getField(1))
                    .isCloseTo(expected.labels().get(0).score(), within(1e-5));
        }
        assertThat(rows.get(0).getField(2)).isEqualTo(8);
        assertThat(rows.get(0).getField(3)).isNull();
    }

    @Test
    void itFiltersRowsAndKnowsNull() throws Exception {
        tables.run("CREATE TEMPORARY VIEW texts AS SELECT id, CAST(body AS STRING) body FROM (VALUES (1, '" + TEXT
                + "'), (2, 'please transfer 20 pounds'), (3, CAST(NULL AS STRING))) AS t (id, body)");

        assertThat(tables.rows("SELECT id FROM texts WHERE " + call("body", OPTIONS) + ".label = 'card_arrival'"))
                .containsExactly(Row.of(1));
        assertThat(tables.rows("SELECT id FROM texts WHERE " + call("body", OPTIONS) + " IS NULL"))
                .containsExactly(Row.of(3));
    }

    @Test
    void whatTheModelRefusesIsToldInTheRow() throws Exception {
        assertThat(tables.rows("SELECT p.label IS NULL, p.error_kind FROM (SELECT "
                        + call("'" + TEXT + "'", OPTIONS + ", 'max.length', '4', 'long.text', 'reject'") + " AS p)"))
                .containsExactly(Row.of(true, "TOO_LONG"));
    }

    @Test
    void aTableWithUpdatesIsPredicted() {
        assertThat(tables.explain(labelsOfATableWithUpdates())).contains("AsyncCalc", "GroupAggregate");
    }

    @Test
    void whatIsMadeOfUpdatedPredictionsIsRefusedWhereFlinkIsAskedTo() {
        String counts = "SELECT label, COUNT(*) FROM (" + labelsOfATableWithUpdates() + ") GROUP BY label";

        assertThat(tables.explain(counts)).contains("AsyncCalc");
        tables.set(SqlTables.UPDATES, "TRY_RESOLVE");
        assertThatThrownBy(() -> tables.explain(counts)).hasStackTraceContaining("non-deterministic");
    }

    private String labelsOfATableWithUpdates() {
        tables.run("CREATE TEMPORARY TABLE changes (id INT, body STRING) WITH ('connector' = 'datagen')");
        return "SELECT " + call("body", OPTIONS)
                + ".label AS label FROM (SELECT id, MAX(body) AS body FROM changes GROUP BY id)";
    }

    @Test
    void everyTasksRowIsAType() {
        for (String task : List.of(
                "text-classification",
                "zero-shot-classification",
                "rerank",
                "multiple-choice",
                "token-classification",
                "question-answering",
                "fill-mask",
                "feature-extraction")) {
            assertThat(tables.explain("SELECT " + call("'a'", ", 'model', 'm', 'task', '" + task + "'")))
                    .as(task)
                    .contains("deberta_predict");
        }
    }

    @Test
    void rowsAreReadInBatchesWithOthersOfTheSameModel() throws Exception {
        tables.run("CREATE TEMPORARY TABLE texts (id INT, body AS 'card ' || CAST(id AS STRING)) WITH ('connector' ="
                + " 'datagen', 'number-of-rows' = '300', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1',"
                + " 'fields.id.end' = '300')");
        ModelOptions options =
                ModelOptions.from(Map.of("model", MODEL, "task", "text-classification", "batch.linger.ms", "20"));
        try (PredictionService shared = PredictionService.acquire(options)) { // the job's, as the options are equal
            List<Row> rows = tables.rows(
                    "SELECT id, " + call("body", OPTIONS + ", 'batch.linger.ms', '20'") + ".label FROM texts");

            assertThat(rows).hasSize(300).doesNotHaveDuplicates();
            assertThat(shared.statistics().sequences()).isEqualTo(300);
            assertThat(shared.statistics().batches()).isLessThan(300 / 4);
        }
    }

    @Test
    void wrongCallsAreRefusedWhenAQueryIsPlanned() {
        refused("'a'", "option 'task' is missing");
        refused("'a', 'task', 'text-classification'", "'model' is missing");
        refused("'a', 'model'", "expected a text, and then keys and values in turn");
        refused("'a'" + OPTIONS + ", 'top.kk', '2'", "unknown option 'top.kk', did you mean 'top.k'?");
        refused("'a'" + OPTIONS + ", 'model', 'other'", "option 'model' is there twice");
        refused("'a', 'model', 'cache:m', 'task', 'rerank'", "know no distributed cache");
        refused("'a', 'model', 'm', 'task', 'rank'", "did you mean 'rerank'?");
        refused("1" + OPTIONS, "INT");
        tables.run("CREATE TEMPORARY VIEW texts AS SELECT 'a' AS body");
        assertThatThrownBy(
                        () -> tables.explain("SELECT deberta_predict('a', 'model', body, 'task', 'rerank') FROM texts"))
                .hasStackTraceContaining("argument 3 is not constant");
    }

    private void refused(String arguments, String message) {
        assertThatThrownBy(() -> tables.explain("SELECT deberta_predict(" + arguments + ")"))
                .hasStackTraceContaining(message);
    }

    private static String call(String text, String options) {
        return "deberta_predict(" + text + options + ")";
    }
}
