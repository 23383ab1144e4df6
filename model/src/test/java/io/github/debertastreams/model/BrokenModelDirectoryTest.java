package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A model directory with one thing wrong: each is refused at open, with what was found, expected, and where. */
class BrokenModelDirectoryTest {

    private static final Path SOUND = Path.of("demo/intents");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory = Path.of("");

    /** Breaks a copy of a sound directory. */
    private interface Fault {
        void in(Path directory) throws IOException;
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("no config.json", d -> Files.delete(d.resolve("config.json")), "has no config.json"),
                fault("no weights", d -> Files.delete(d.resolve("model.safetensors")), "has no weights, looked for"),
                fault("no tokenizer", BrokenModelDirectoryTest::deleteTokenizer, "tokenizer.json"),
                fault("config.json is not JSON", d -> Files.writeString(d.resolve("config.json"), "{"), "config.json"),
                fault(
                        "config.json is a list",
                        d -> Files.writeString(d.resolve("config.json"), "[]"),
                        "not a JSON object"),
                fault("config.json is empty", d -> Files.writeString(d.resolve("config.json"), ""), "config.json"),
                config(
                        "another architecture",
                        "model_type",
                        "bert",
                        "model_type is 'bert', expected 'deberta' or 'deberta-v2'"),
                config("a hidden size that does not fit", "hidden_size", 384, "expected"),
                config(
                        "a hidden size of no head count",
                        "num_attention_heads",
                        7,
                        "not a multiple of num_attention_heads 7"),
                config("a hidden size that is a word", "hidden_size", "big", "hidden_size is \"big\""),
                config("a negative size", "intermediate_size", -1, "intermediate_size is -1"),
                config("a size that is huge", "hidden_size", 2_000_000_000, "hidden_size is 2000000000"),
                config("more layers than weights", "num_hidden_layers", 9, "has no tensor"),
                config("a vocabulary that does not fit", "vocab_size", 100, "config.json says vocab_size 100"),
                config("an unknown activation", "hidden_act", "gelu_fancy", "hidden_act is 'gelu_fancy'"),
                config("an unknown attention term", "pos_att_type", "c2p|x2y", "pos_att_type has 'x2y'"),
                config("an activation with weights of its own", "hidden_act", "prelu", "hidden_act is 'prelu'"),
                config("talking heads without their weights", "talking_head", true, "head_logits_proj.weight'"),
                config("a word for a flag", "relative_attention", "yes", "relative_attention is \"yes\""),
                config("quantized weights", "quantization_config", "int8", "quantization_config"),
                config("an unknown problem type", "problem_type", "guessing", "problem_type is 'guessing'"),
                fault("a missing label", d -> labels(d, "76", null), "id2label"),
                fault("a label id that is no number", d -> labels(d, "76", "x"), "id2label has the id 'x'"),
                fault("a label id out of range", d -> labels(d, "76", "77"), "id2label has the id '77'"),
                fault("weights cut off", BrokenModelDirectoryTest::truncate, "model.safetensors"),
                fault(
                        "weights that are text",
                        d -> Files.writeString(
                                d.resolve("model.safetensors"),
                                "version https://git-lfs.github.com/spec/v1 oid sha256:0"),
                        "not a sound safetensors file"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void isRefusedAtOpen(String what, Fault fault, String expected) throws IOException {
        for (Path file : files(SOUND)) {
            Files.copy(file, directory.resolve(file.getFileName()));
        }
        fault.in(directory);
        assertThatThrownBy(() -> NlpModel.open(directory).close())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                .hasMessageContaining(expected);
    }

    @org.junit.jupiter.api.Test
    void whatIsNoDirectoryIsRefused() {
        assertThatThrownBy(() -> NlpModel.open(directory.resolve("absent")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is not a directory");
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void deleteTokenizer(Path directory) throws IOException {
        for (String name : List.of("tokenizer.json", "vocab.json", "merges.txt")) {
            Files.delete(directory.resolve(name));
        }
    }

    private static void truncate(Path directory) throws IOException {
        Path file = directory.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    }

    private static void labels(Path directory, String from, @org.jspecify.annotations.Nullable String to)
            throws IOException {
        Path file = directory.resolve("config.json");
        ObjectNode config = (ObjectNode) JSON.readTree(Files.readString(file));
        ObjectNode labels = (ObjectNode) config.get("id2label");
        com.fasterxml.jackson.databind.JsonNode label = labels.remove(from);
        if (to != null) {
            labels.set(to, label);
        }
        Files.writeString(file, JSON.writeValueAsString(config));
    }

    private static Arguments config(String what, String key, Object value, String expected) {
        return fault(
                what,
                directory -> {
                    Path file = directory.resolve("config.json");
                    ObjectNode config = (ObjectNode) JSON.readTree(Files.readString(file));
                    config.set(key, JSON.valueToTree(value));
                    Files.writeString(file, JSON.writeValueAsString(config));
                },
                expected);
    }

    private static Arguments fault(String what, Fault fault, String expected) {
        return Arguments.of(what, fault, expected);
    }
}
