package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.BatchLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CallerRunsTest {

    private static final BatchLimits LIMITS = new BatchLimits(4, 100);

    @Test
    void batchesAreBoundedByCountAndTokensAndOutcomesInOrder() {
        List<List<String>> batches = new ArrayList<>();
        FakeModel model = FakeModel.echoing().whileInferring(batches::add);

        String long1 = "x".repeat(60);
        String long2 = "y".repeat(60);

        List<Outcome> outcomes = predict(model, "a", "b", "c", "d", "e", long1, long2);

        assertThat(outcomes).extracting(CallerRunsTest::label).containsExactly("a", "b", "c", "d", "e", long1, long2);
        assertThat(batches).containsExactly(List.of("a", "b", "c", "d"), List.of("e", long1), List.of(long2));
    }

    @Test
    void aTextOnWhichTheModelFailsIsFoundInItsBatch() {
        FakeModel model = FakeModel.echoing().whileInferring(lines -> {
            if (lines.contains("poison")) {
                throw new IllegalStateException("poisoned");
            }
        });

        List<Outcome> outcomes = predict(model, "a", "poison", "b", "c");

        assertThat(outcomes.get(1))
                .isEqualTo(new Outcome.Rejected(
                        ModelException.Kind.FAILED_INPUT, "java.lang.IllegalStateException: poisoned"));
        assertThat(List.of(outcomes.get(0), outcomes.get(2), outcomes.get(3)))
                .extracting(CallerRunsTest::label)
                .containsExactly("a", "b", "c");
    }

    @Test
    void aFailureOfTheModelItselfIsThrown() {
        FakeModel model = FakeModel.echoing().whileInferring(lines -> {
            throw new ModelException(ModelException.Kind.BACKEND, "no device");
        });

        assertThatThrownBy(() -> predict(model, "a", "b")).hasMessage("no device");
    }

    private static List<Outcome> predict(FakeModel model, String... texts) {
        return CallerRuns.predict(
                model, LIMITS, Stream.of(texts).map(TextInput::of).toList());
    }

    private static String label(Outcome outcome) {
        return ((Classification) ((Outcome.Predicted) outcome).prediction())
                .best()
                .label();
    }
}
