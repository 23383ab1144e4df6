package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.BackendOptions;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Entities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The demo models say the same of the demo's events whichever backend computes them. */
class BackendParityIT {

    private static final Path DEMO = Path.of("..", "model", "demo");
    private static final double CLOSE = 1e-5;

    @Test
    void intentsAreTheSame() throws IOException {
        try (NlpModel ours = open("intents", BackendOptions.Kind.NATIVE);
                NlpModel onnx = open("intents", BackendOptions.Kind.ONNX)) {
            assertThat(onnx.backend()).isNotEqualTo(ours.backend());
            for (String text : texts()) {
                Classification expected = (Classification) ours.predict(text);
                Classification actual = (Classification) onnx.predict(text);
                assertThat(actual.labels()).hasSameSizeAs(expected.labels());
                for (int i = 0; i < expected.labels().size(); i++) {
                    double score = expected.labels().get(i).score();
                    assertThat(actual.labels().get(i).score()).as(text).isCloseTo(score, within(CLOSE));
                }
                assertThat(actual.labels().get(0).label())
                        .isEqualTo(expected.labels().get(0).label());
            }
        }
    }

    @Test
    void personalDataIsTheSame() throws IOException {
        int found = 0;
        try (NlpModel ours = open("pii", BackendOptions.Kind.NATIVE);
                NlpModel onnx = open("pii", BackendOptions.Kind.ONNX)) {
            for (String text : texts()) {
                List<Entities.Entity> expected = ((Entities) ours.predict(text)).entities();
                List<Entities.Entity> actual = ((Entities) onnx.predict(text)).entities();
                assertThat(actual).hasSameSizeAs(expected);
                found += expected.size();
                for (int i = 0; i < expected.size(); i++) {
                    assertSame(actual.get(i), expected.get(i));
                }
            }
        }
        assertThat(found).isPositive();
    }

    private static void assertSame(Entities.Entity actual, Entities.Entity expected) {
        assertThat(List.of(actual.group(), actual.start(), actual.end()))
                .isEqualTo(List.of(expected.group(), expected.start(), expected.end()));
        assertThat((double) actual.score()).isCloseTo(expected.score(), within(CLOSE));
    }

    private static NlpModel open(String model, BackendOptions.Kind backend) {
        return NlpModel.open(ModelOptions.builder(DEMO.resolve(model))
                .backend(backend)
                .warmUp(false)
                .build());
    }

    private static List<String> texts() throws IOException {
        JsonMapper json = new JsonMapper();
        List<String> texts = new ArrayList<>();
        for (String line : Files.readAllLines(DEMO.resolve("events.jsonl"))) {
            texts.add(json.readTree(line).required("text").textValue());
        }
        assertThat(texts).hasSizeGreaterThan(50);
        return texts;
    }
}
