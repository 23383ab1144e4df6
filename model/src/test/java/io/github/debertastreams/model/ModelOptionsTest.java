package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.task.Aggregation;
import io.github.debertastreams.model.task.LongText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelOptionsTest {

    private static final Map<String, String> EVERY_KEY = Map.of(
            "model", "some/dir",
            "task", "text-classification",
            "max.length", "64",
            "top.k", "3",
            "aggregation", "none",
            "long.text", "reject",
            "workers", "2",
            "batch.max.records", "8",
            "batch.max.tokens", "512",
            "batch.linger.ms", "5");

    @Test
    void everyDocumentedKeyIsRead() {
        assertThat(EVERY_KEY.keySet()).isEqualTo(ModelOptions.KEYS.keySet());
        assertThat(ModelOptions.from(EVERY_KEY))
                .isEqualTo(new ModelOptions(
                        Path.of("some/dir"),
                        "text-classification",
                        64,
                        3,
                        Aggregation.NONE,
                        LongText.REJECT,
                        2,
                        8,
                        512,
                        Duration.ofMillis(5)));
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
        assertThatThrownBy(() -> ModelOptions.from(Map.of("model", "x", "batch.max.record", "3")))
                .hasMessageContaining("unknown option 'batch.max.record', did you mean 'batch.max.records'?");
    }

    @Test
    void valuesThatCannotBeReadAreRefusedWithTheirKey() {
        assertThatThrownBy(() -> ModelOptions.from(Map.of())).hasMessageContaining("'model' is missing");
        assertThatThrownBy(() -> ModelOptions.from(Map.of("model", "x", "workers", "two")))
                .hasMessageContaining("workers is 'two', expected a whole number");
        assertThatThrownBy(() -> ModelOptions.from(Map.of("model", "x", "workers", "0")))
                .hasMessageContaining("workers is 0, expected 1 or more");
        assertThatThrownBy(() -> ModelOptions.from(Map.of("model", "x", "aggregation", "all")))
                .hasMessageContaining("expected one of [none, simple]");
        assertThatThrownBy(
                        () -> ModelOptions.from(Map.of("model", "x", "max.length", "512", "batch.max.tokens", "100")))
                .hasMessageContaining("batch.max.tokens is 100, expected 512 or more");
    }
}
