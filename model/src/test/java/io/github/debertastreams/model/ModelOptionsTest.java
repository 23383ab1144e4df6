package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.kernel.WeightFormat;
import io.github.debertastreams.model.onnx.Precision;
import io.github.debertastreams.model.task.Aggregation;
import io.github.debertastreams.model.task.LongText;
import io.github.debertastreams.model.task.Pooling;
import io.github.debertastreams.model.task.ScoreFunction;
import io.github.debertastreams.model.task.WindowMerge;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ModelOptionsTest {

    /** Every key, its value as a string, and the same by the builder. */
    private static final Map<String, Given> EVERY_KEY = Map.ofEntries(
            entry("model", "some/dir", b -> {}),
            entry("task", "text-classification", b -> b.task("text-classification")),
            entry("max.length", "64", b -> b.maxLength(64)),
            entry("long.text", "window", b -> b.longText(LongText.WINDOW)),
            entry("stride", "7", b -> b.stride(7)),
            entry("window.merge", "max", b -> b.windowMerge(WindowMerge.MAX)),
            entry("top.k", "3", b -> b.topK(3)),
            entry("function.to.apply", "sigmoid", b -> b.function(ScoreFunction.SIGMOID)),
            entry("aggregation", "none", b -> b.aggregation(Aggregation.NONE)),
            entry("ignore.labels", "O, B-X", b -> b.ignoreLabels(List.of("O", "B-X"))),
            entry("candidate.labels", "a ,b,,c", b -> b.candidateLabels(List.of("a", "b", "c"))),
            entry("hypothesis.template", "About {}!", b -> b.hypothesisTemplate("About {}!")),
            entry("multi.label", "true", b -> b.multiLabel(true)),
            entry("targets", "x,y", b -> b.targets(List.of("x", "y"))),
            entry("max.answer.length", "4", b -> b.maxAnswerLength(4)),
            entry("handle.impossible.answer", "TRUE", b -> b.impossibleAnswer(true)),
            entry("pooling", "cls", b -> b.pooling(Pooling.CLS)),
            entry("normalize", "true", b -> b.normalize(true)),
            entry("backend", "Auto", b -> b.backend(BackendOptions.Kind.AUTO)),
            entry("batch.threads", "3", b -> b.batchThreads(3)),
            entry("precision", "fp16", b -> b.precision(Precision.FP16)),
            entry("cuda.memory.mb", "4000", b -> b.gpuMemoryMegabytes(4000)),
            entry("weights", "bf16", b -> b.weights(WeightFormat.BF16)),
            entry("warm.up", "false", b -> b.warmUp(false)),
            entry("workers", "999", b -> b.workers(999)),
            entry("batch.max.records", "8", b -> b.maxBatchRecords(8)),
            entry("batch.max.tokens", "512", b -> b.maxBatchTokens(512)),
            entry("batch.linger.ms", "5", b -> b.linger(Duration.ofMillis(5))),
            entry("cache.max.records", "9", b -> b.cacheRecords(9)));

    private record Given(String value, Consumer<ModelOptions.Builder> built) {}

    private static Map.Entry<String, Given> entry(String key, String value, Consumer<ModelOptions.Builder> built) {
        return Map.entry(key, new Given(value, built));
    }

    @Test
    void everyDocumentedKeyIsRead() {
        assertThat(EVERY_KEY.keySet()).isEqualTo(ModelOptions.KEYS.keySet());
        EVERY_KEY.forEach((key, given) -> {
            String backend = key.equals("precision") || key.equals("cuda.memory.mb") ? "auto" : "native";
            Map<String, String> values = new HashMap<>(Map.of("model", "some/dir", "backend", backend));
            ModelOptions defaults = ModelOptions.from(values);
            values.put(key, given.value());
            ModelOptions read = ModelOptions.from(values);
            ModelOptions.Builder builder = defaults.toBuilder();
            given.built().accept(builder);
            assertThat(read).as(key).isEqualTo(builder.build());
            if (!key.equals("model")) {
                assertThat(read).as(key).isNotEqualTo(defaults);
            }
        });
    }

    @Test
    void whatIsForAnotherBackendIsRefused() {
        assertRefused("precision", "fp16", "native", "precision is fp16, which is for backend onnx and cuda, but");
        assertRefused(
                "cuda.memory.mb", "9", "native", "cuda.memory.mb is 9, which is for backend cuda, but backend is");
        assertRefused("cuda.memory.mb", "9", "onnx", "but backend is onnx");
        assertRefused("weights", "bf16", "onnx", "weights is bf16, which is for backend native, but backend is onnx");
        assertRefused("weights", "bf16", "cuda", "but backend is cuda");
        for (Map<String, String> sound : List.of(
                Map.of("precision", "fp32", "backend", "native"),
                Map.of("precision", "fp16", "backend", "onnx"),
                Map.of("precision", "fp16", "cuda.memory.mb", "9", "backend", "cuda"),
                Map.of("precision", "fp16", "cuda.memory.mb", "9", "weights", "bf16", "backend", "auto"))) {
            Map<String, String> values = new HashMap<>(sound);
            values.put("model", "x");
            assertThat(ModelOptions.from(values).backend().kind()).isNotNull();
        }
    }

    private static void assertRefused(String key, String value, String backend, String reason) {
        assertThatThrownBy(() -> ModelOptions.from(Map.of("model", "x", key, value, "backend", backend)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aBuilderOfOptionsChangesNothingOfThem() {
        ModelOptions.Builder builder = ModelOptions.builder(Path.of("some/dir"));
        EVERY_KEY.values().forEach(given -> given.built().accept(builder));
        assertThat(builder.build().toBuilder().build()).isEqualTo(builder.build());
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
                .hasMessageContaining("expected one of [none, simple, first, average, max]");
        assertThatThrownBy(() -> ModelOptions.from(Map.of("model", "x", "normalize", "yes")))
                .hasMessageContaining("normalize is 'yes', expected true or false");
        assertThatThrownBy(() -> ModelOptions.from(Map.of("model", "x", "hypothesis.template", "no place")))
                .hasMessageContaining("hypothesis.template is 'no place', expected {} where the label goes");
        assertThatThrownBy(
                        () -> ModelOptions.from(Map.of("model", "x", "max.length", "512", "batch.max.tokens", "100")))
                .hasMessageContaining("batch.max.tokens is 100, expected 512 or more");
    }
}
