package io.github.debertastreams.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.schemas.Prediction;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLocationTest {

    private static final Path MODEL =
            Path.of("../model/demo/intents").toAbsolutePath().normalize();

    @TempDir
    private Path folder = Path.of("");

    private final ModelLocation location = location(ClassLoader.getSystemClassLoader());

    @Test
    void aDirectoryAndANameOnAHubAreLeftAsTheyAre() {
        assertThat(local(location, "models/intents")).isEqualTo("models/intents");
        assertThat(local(location, "org/name")).isEqualTo("org/name");
    }

    @Test
    void aModelInAFileSystemOfFlinkIsCopiedOnceAndAgainWhereItChanges() throws IOException {
        Path model = Files.createDirectory(folder.resolve("small"));
        Files.writeString(model.resolve("config.json"), "{}");
        String first = local(location, model.toUri().toString());

        assertThat(Path.of(first).getFileName()).hasToString("small");
        assertThat(Path.of(first, "config.json")).hasContent("{}");
        assertThat(local(location, model.toUri().toString())).isEqualTo(first);
        Files.writeString(model.resolve("config.json"), "{ }");
        String second = local(location, model.toUri().toString());
        assertThat(second).isNotEqualTo(first);
        assertThat(Path.of(second, "config.json")).hasContent("{ }");
    }

    @Test
    void aModelInAJarIsCopied() throws IOException {
        Path jar = folder.resolve("job.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> files = Files.list(MODEL)) {
            for (Path path : files.toList()) {
                out.putNextEntry(new JarEntry("models/intents/" + path.getFileName()));
                Files.copy(path, out);
            }
        }
        try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
            Path copy = Path.of(local(location(classes), "jar:/models/intents"));

            assertThat(copy.resolve("model.safetensors")).hasSameBinaryContentAs(MODEL.resolve("model.safetensors"));
            assertThatThrownBy(() -> local(location(classes), "jar:models/other"))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("have no models/other/config.json");
        }
    }

    @Test
    void whatIsNotThereIsSaid() {
        String missing = folder.resolve("missing").toUri().toString();

        assertThatThrownBy(() -> local(location, missing))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cannot be fetched");
    }

    @Test
    void aModelOfTheDistributedCacheIsOpened() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1);
        env.registerCachedFile(MODEL.toUri().toString(), "intents");
        try (CloseableIterator<Prediction> predictions = DebertaStreams.predict(
                        env.fromData(List.of("transfer")), SourceText::of, PredictOptions.of("cache:intents"))
                .executeAndCollect()) {
            assertThat(predictions).toIterable().hasSize(1);
        }
    }

    private static ModelLocation location(ClassLoader classes) {
        return new ModelLocation(File::new, classes);
    }

    private static String local(ModelLocation location, String model) {
        return location.local(Map.of("model", model)).getOrDefault("model", "");
    }
}
