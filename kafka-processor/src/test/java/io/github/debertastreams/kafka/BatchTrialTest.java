package io.github.debertastreams.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.FormulaModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.task.LongText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is timed at start, over small models of several tasks. */
class BatchTrialTest {

    private static final Path MODELS = Path.of("../model/src/test/resources/pipelines/demo.json.gz");
    private static final Path VOCABULARY = Path.of("../model/demo/intents");
    private static final int MAX_LENGTH = 64;

    @TempDir
    private static Path directory = Path.of("");

    @BeforeAll
    static void writeModels() throws IOException {
        FormulaModel.writeAll(directory, MODELS, VOCABULARY, MAX_LENGTH);
    }

    @Test
    void aTextIsAsLongAsTheModelReads() {
        assertThat(trial("topics", options -> options)).satisfies(trial -> {
            assertThat(trial.longest()).isEqualTo(MAX_LENGTH);
            assertThat(trial.sequences()).isEqualTo(1);
            assertThat(trial.time()).isPositive();
        });
    }

    @Test
    void whereLongerTextsAreRefusedItIsTheLongestThatIsNot() {
        BatchTrial trial = trial("topics", options -> options.longText(LongText.REJECT));
        assertThat(trial.longest()).isBetween(MAX_LENGTH - 8, MAX_LENGTH);
        assertThat(trial.time()).isPositive();
    }

    @Test
    void pairsAreTimedToo() {
        for (LongText longText : List.of(LongText.TRUNCATE, LongText.REJECT)) {
            BatchTrial trial =
                    trial("relevance", options -> options.task("rerank").longText(longText));
            assertThat(trial.longest()).isBetween(MAX_LENGTH - 8, MAX_LENGTH);
            assertThat(trial.time()).isPositive();
        }
    }

    @Test
    void everyCandidateLabelIsASequence() {
        BatchTrial trial = trial(
                "entailment",
                options ->
                        options.task("zero-shot-classification").candidateLabels(List.of("money", "travel", "food")));
        assertThat(trial.sequences()).isEqualTo(3);
        assertThat(trial.longest()).isEqualTo(MAX_LENGTH);
    }

    @Test
    void everyWindowIsASequence() {
        assertThat(trial("topics", options -> options.longText(LongText.WINDOW)).sequences())
                .isGreaterThan(2_000 / MAX_LENGTH);
    }

    @Test
    void withoutCandidatesNothingIsKnown() {
        assertThat(trial("entailment", options -> options.task("zero-shot-classification")))
                .isEqualTo(new BatchTrial(Duration.ZERO, 1, 1));
    }

    private static BatchTrial trial(String name, UnaryOperator<ModelOptions.Builder> change) {
        ModelOptions options = change.apply(ModelOptions.builder(directory.resolve(name))
                        .warmUp(false)
                        .maxBatchRecords(8))
                .build();
        try (NlpModel model = NlpModel.open(options)) {
            return BatchTrial.of(model, options);
        }
    }
}
