package io.github.debertastreams.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.task.TextInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeCacheTest {

    private final List<String> read = Collections.synchronizedList(new ArrayList<>());

    @Test
    void aTextThatComesAgainIsNotReadAgain() {
        try (PredictionService service = service("cached", 2)) {
            Outcome.Predicted first = predict(service, "a");
            Outcome.Predicted again = predict(service, "a");
            assertThat(again.prediction()).isEqualTo(first.prediction());
            assertThat(again.timings()).as("it took none").isEqualTo(new Outcome.Timings(0, 0, 0, 0));
            predict(service, "b");
            predict(service, "c"); // "a" is forgotten
            predict(service, "b");
            predict(service, "a");
            assertThat(read).containsExactly("a", "b", "c", "a");
            assertThat(service.statistics().cacheHits()).isEqualTo(2);
            assertThat(service.statistics().cacheMisses()).isEqualTo(4);
        }
    }

    @Test
    void pairsAndCandidatesTellInputsApart() {
        try (PredictionService service = service("pairs", 10)) {
            service.predict(List.of(TextInput.of("a")));
            service.predict(List.of(new TextInput("a", "b")));
            service.predict(List.of(new TextInput("a", null, List.of("label"))));
            assertThat(service.statistics().cacheHits()).isZero();
        }
    }

    @Test
    void aRefusalIsNotRemembered() {
        try (PredictionService service = service("refusing", 10)) {
            for (int i = 0; i < 2; i++) {
                assertThat(service.predict(List.of(TextInput.of("refuse"))).get(0))
                        .isInstanceOf(Outcome.Rejected.class);
            }
            assertThat(service.statistics().cacheHits()).isZero();
        }
    }

    @Test
    void withoutACacheEveryTextIsRead() {
        try (PredictionService service = service("uncached", 0)) {
            predict(service, "a");
            predict(service, "a");
            assertThat(read).containsExactly("a", "a");
            assertThat(service.statistics().cacheMisses()).isZero();
        }
    }

    private PredictionService service(String name, int cacheRecords) {
        ModelOptions options =
                ModelOptions.builder(Path.of(name)).cacheRecords(cacheRecords).build();
        return PredictionService.acquire(options, any -> FakeModel.echoing().whileInferring(read::addAll));
    }

    private static Outcome.Predicted predict(PredictionService service, String text) {
        return (Outcome.Predicted) service.predict(List.of(TextInput.of(text))).get(0);
    }
}
