package io.github.debertastreams.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.debertastreams.model.error.ModelException;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TensorFlow's names and layouts, and files that lie; equality with safetensors is in {@link WeightFormatsGoldenTest}. */
class TensorFlowFileTest {

    private static final Path TINY = Path.of("src/test/resources/fuzz/tiny.h5");
    private static final long MAX_ALLOCATED = 16 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory = Path.of("");

    @Test
    void readsNamesAndValuesInPyTorchsOrder() throws IOException {
        write(Files.readAllBytes(TINY));
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.names())
                    .containsExactlyInAnyOrder(
                            "embeddings.word_embeddings.weight", "classifier.weight", "classifier.bias");
            assertThat(checkpoint.floats("embeddings.word_embeddings.weight", 3, 2))
                    .containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(checkpoint.floats("classifier.weight", 2, 3)).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(checkpoint.floats("classifier.bias", 2)).containsExactly(0, 1);
        }
    }

    @Test
    void refusesWhatIsNoHdf5() throws IOException {
        for (byte[] bytes : List.of(new byte[0], "nonsense".getBytes(StandardCharsets.UTF_8), new byte[5000])) {
            write(bytes);
            assertThatThrownBy(() -> Checkpoint.open(directory))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("tf_model.h5: not a sound HDF5 file of Keras");
        }
    }

    @Test
    void readsOnOrRefusesAFileCutAnywhere() throws IOException {
        byte[] sound = Files.readAllBytes(TINY);
        for (int length = 0; length < sound.length; length += 13) {
            readOrRefuse(Arrays.copyOf(sound, length));
        }
    }

    @Test
    void readsOnOrRefusesAFileThatClaimsHugeLengthsAnywhere() throws IOException {
        byte[] sound = Files.readAllBytes(TINY);
        for (int at = 0; at < sound.length - 8; at += 7) {
            for (int huge : new int[] {0xff, 0x7f}) {
                byte[] changed = sound.clone();
                Arrays.fill(changed, at, at + 4, (byte) huge);
                long before = THREADS.getCurrentThreadAllocatedBytes();
                readOrRefuse(changed);
                assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                        .as("bytes %d to %d", at, at + 4)
                        .isLessThan(MAX_ALLOCATED);
            }
        }
    }

    @Test
    void aModelWithoutTheLibrarySaysWhatIsMissing() throws Exception {
        write(Files.readAllBytes(TINY));
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("jhdf")) {
                path.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader without =
                new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            Class<?> checkpoint = without.loadClass(Checkpoint.class.getName());
            assertThatThrownBy(() -> checkpoint.getMethod("open", Path.class).invoke(null, directory))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining("reading HDF5 needs io.jhdf:jhdf on the class path");
        }
    }

    private void readOrRefuse(byte[] bytes) throws IOException {
        write(bytes);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            for (String name : checkpoint.names()) {
                checkpoint.floats(name, checkpoint.info(name).shape());
            }
        } catch (ModelException e) {
            assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE);
        }
    }

    private void write(byte[] bytes) throws IOException {
        Files.write(directory.resolve("tf_model.h5"), bytes);
    }
}
