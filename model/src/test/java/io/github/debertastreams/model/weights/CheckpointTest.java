package io.github.debertastreams.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest(name = "prefix \"{0}\"")
    @ValueSource(strings = {"deberta.", "bert.", "model.", ""})
    void namesAreTheSameWhateverPrefixTheFileHas(String prefix) throws IOException {
        write(
                "model.safetensors",
                Map.of(
                        prefix + "embeddings.word_embeddings.weight",
                        new float[] {1},
                        prefix + "embeddings.LayerNorm.gamma",
                        new float[] {2},
                        prefix + "embeddings.LayerNorm.beta",
                        new float[] {3},
                        "classifier.weight",
                        new float[] {4}));
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.names())
                    .containsExactlyInAnyOrder(
                            "embeddings.word_embeddings.weight",
                            "embeddings.LayerNorm.weight",
                            "embeddings.LayerNorm.bias",
                            "classifier.weight");
            assertThat(checkpoint.floats("embeddings.LayerNorm.weight", 1)).containsExactly(2);
            assertThat(checkpoint.floats("embeddings.LayerNorm.bias", 1)).containsExactly(3);
            assertThat(checkpoint.has("lm_predictions.lm_head.bias")).isFalse();
        }
    }

    @Test
    void twoTensorsOfOneNameAreRefused() throws IOException {
        write(
                "model.safetensors",
                Map.of(
                        "embeddings.word_embeddings.weight", new float[] {1},
                        "deberta.embeddings.word_embeddings.weight", new float[] {1}));
        assertThatThrownBy(() -> Checkpoint.open(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("both of them 'embeddings.word_embeddings.weight'");
    }

    @Test
    void namesEveryFileItLookedFor() {
        assertThatThrownBy(() -> Checkpoint.open(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContainingAll(Checkpoint.FILES.toArray(new String[0]));
    }

    @Test
    void oneFileIsPreferredToShards() throws IOException {
        write("model.safetensors", Map.of("a", new float[] {1}));
        Files.writeString(directory.resolve(INDEX), "nonsense");
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.names()).containsExactly("a");
        }
    }

    @Test
    void shardsAreOneCheckpoint() throws IOException {
        write("model-00001-of-00002.safetensors", Map.of("a", new float[] {1, 2}));
        write("model-00002-of-00002.safetensors", Map.of("b", new float[] {3}, "unlisted", new float[] {4}));
        index("12", "\"a\":\"model-00001-of-00002.safetensors\",\"b\":\"model-00002-of-00002.safetensors\"");
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.names()).containsExactly("a", "b");
            assertThat(checkpoint.floats("a", 2)).containsExactly(1, 2);
            assertThat(checkpoint.floats("b", 1)).containsExactly(3);
        }
    }

    static Stream<Arguments> malformedIndexes() {
        String one = "\"a\":\"one.safetensors\"";
        return Stream.of(
                Arguments.of("no JSON", "{", "is not JSON"),
                Arguments.of("nothing", "", "not a JSON object"),
                Arguments.of("a list", "[]", "not a JSON object"),
                Arguments.of("too deep", "[".repeat(100), "is not JSON"),
                Arguments.of("no map", "{}", "weight_map is missing"),
                Arguments.of("a map that is a word", "{\"weight_map\":\"a\"}", "weight_map is \"a\""),
                Arguments.of("an empty map", "{\"weight_map\":{}}", "weight_map is OBJECT"),
                Arguments.of("a tensor twice", indexOf("4", one + "," + one), "is not JSON"),
                Arguments.of("a number for a file", indexOf("4", "\"a\":1"), "has 1 for 'a'"),
                Arguments.of("a parent", indexOf("4", "\"a\":\"../one.safetensors\""), "expected a plain file name"),
                Arguments.of("a folder", indexOf("4", "\"a\":\"x/one.safetensors\""), "expected a plain file name"),
                Arguments.of("a backslash", indexOf("4", "\"a\":\"x\\\\one.safetensors\""), "expected a plain file"),
                Arguments.of("an absolute path", indexOf("4", "\"a\":\"/etc/passwd\""), "expected a plain file name"),
                Arguments.of("a drive", indexOf("4", "\"a\":\"C:one\""), "expected a plain file name"),
                Arguments.of("a NUL", indexOf("4", "\"a\":\"one\\u0000\""), "expected a plain file name"),
                Arguments.of("an empty name", indexOf("4", "\"a\":\"\""), "expected a plain file name"),
                Arguments.of("dots", indexOf("4", "\"a\":\"..\""), "expected a plain file name"),
                Arguments.of("an absent file", indexOf("4", "\"a\":\"two.safetensors\""), "no such file beside it"),
                Arguments.of("the index itself", indexOf("4", "\"a\":\"" + INDEX + "\""), "safetensors"),
                Arguments.of("an absent tensor", indexOf("4", "\"b\":\"one.safetensors\""), "'b' is not in one.safet"),
                Arguments.of("more bytes than there are", indexOf("5", one), "total_size is 5, the tensors"),
                Arguments.of("endless bytes", indexOf("1e999", one), "total_size"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedIndexes")
    void refusesAMalformedIndex(String what, String json, String expected) throws IOException {
        write("one.safetensors", Map.of("a", new float[] {1}));
        Files.writeString(directory.resolve(INDEX), json);
        assertThatThrownBy(() -> Checkpoint.open(directory))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                .hasMessageContaining(INDEX)
                .hasMessageContaining(expected);
    }

    private void index(String total, String entries) throws IOException {
        Files.writeString(directory.resolve(INDEX), indexOf(total, entries));
    }

    private static String indexOf(String total, String entries) {
        return "{\"metadata\":{\"total_size\":" + total + "},\"weight_map\":{" + entries + "}}";
    }

    private void write(String file, Map<String, float[]> values) throws IOException {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        values.forEach((name, tensor) -> shapes.put(name, new long[] {tensor.length}));
        SafetensorsFile.write(directory.resolve(file), values, shapes);
    }
}
