package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final int ELEMENTS = 2_000_000;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void aRevisionChangesWithConfigurationTokenizerAndWeights() throws IOException {
        float[] weights = new float[ELEMENTS];
        weights(weights);
        Files.writeString(directory.resolve("config.json"), "{}");
        String first = ModelDirectory.revision(directory);
        assertThat(first).matches("[0-9a-f]{12}").isEqualTo(ModelDirectory.revision(directory));

        Files.writeString(directory.resolve("config.json"), "{ }");
        String config = ModelDirectory.revision(directory);
        Files.writeString(directory.resolve("spm.model"), "x");
        String tokenizer = ModelDirectory.revision(directory);
        for (int i = 0; i < ELEMENTS; i++) { // one step of training
            weights[i] += 1e-7f;
        }
        weights(weights);
        String trained = ModelDirectory.revision(directory);
        weights(new float[ELEMENTS + 1]);
        String longer = ModelDirectory.revision(directory);
        assertThat(java.util.Set.of(first, config, tokenizer, trained, longer)).hasSize(5);
    }

    @Test
    void aDirectoryThatChangedWhileItWasReadIsRefused() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{}");
        String before = ModelDirectory.revision(directory);
        ModelDirectory.requireRevision(directory, before);
        weights(new float[1]);
        assertThatThrownBy(() -> ModelDirectory.requireRevision(directory, before))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                .hasMessageContaining("changed while it was opened, from revision " + before + " to ");
    }

    @Test
    void anySingleByteOfASmallFileCounts() throws IOException {
        Path file = directory.resolve("model.safetensors");
        weights(new float[100_000]);
        String before = ModelDirectory.revision(directory);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 123_457] ^= 1;
        Files.write(file, bytes);
        assertThat(ModelDirectory.revision(directory)).isNotEqualTo(before);
    }

    @Test
    void aSnapshotOfACacheIsCalledByItsRepositoryAndCommit() {
        Path snapshot = directory.resolve("models--acme--tiny-model/snapshots").resolve(COMMIT);
        assertThat(ModelDirectory.name(snapshot)).isEqualTo("acme/tiny-model");
        assertThat(ModelDirectory.revision(snapshot)).isEqualTo(COMMIT);
        assertThat(ModelDirectory.name(Path.of("demo/intents"))).isEqualTo("intents");
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshots/current", "snapshots/" + COMMIT, "models--acme--tiny-model/snapshots/current"})
    void aDirectoryThatIsCalledLikeASnapshotIsADirectory(String name) throws IOException {
        Path model = Files.createDirectories(directory.resolve(name));
        Files.writeString(model.resolve("config.json"), "{}");
        String before = ModelDirectory.revision(model);
        assertThat(ModelDirectory.name(model)).isEqualTo(model.getFileName().toString());
        Files.writeString(model.resolve("config.json"), "{ }");
        assertThat(ModelDirectory.revision(model)).isNotEqualTo(before);
    }

    @Test
    void whatIsNeitherADirectoryNorANameIsRefused() {
        assertThatThrownBy(() -> ModelDirectory.resolve(directory.resolve("absent")))
                .hasMessageContaining("is not a directory; expected a model in Hugging Face's layout, or ORG/NAME");
    }

    private void weights(float[] values) throws IOException {
        SafetensorsFile.write(
                directory.resolve("model.safetensors"), Map.of("w", values), Map.of("w", new long[] {values.length}));
    }
}
