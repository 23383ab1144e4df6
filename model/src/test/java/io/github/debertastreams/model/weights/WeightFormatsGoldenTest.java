package io.github.debertastreams.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One model in several files, written by PyTorch and Hugging Face, and as TensorFlow would: every tensor has the same bits in each. */
class WeightFormatsGoldenTest {

    private static final Path OWN = Path.of("src/test/resources/golden");
    private static final Path SHARED = Path.of(System.getProperty("golden.dir", "../../shared/golden"), "model");
    /** What may stand beside {@code model.safetensors}; the stream has a name of its own there. */
    private static final List<String> OTHER_FILES =
            List.of("pytorch_model.bin", "pytorch_model_legacy.bin", "tf_model.h5");

    @TempDir
    private Path directory = Path.of("");

    static Stream<Path> ownFiles() throws IOException {
        return otherFiles(OWN);
    }

    static Stream<Path> sharedFiles() throws IOException {
        return Files.isDirectory(SHARED) ? otherFiles(SHARED) : Stream.of(SHARED);
    }

    @ParameterizedTest
    @MethodSource("ownFiles")
    void everyFormatHasTheSameBits(Path file) throws IOException {
        compare(file);
    }

    @ParameterizedTest
    @MethodSource("sharedFiles")
    void everyFormatHasTheSameBitsInEverySharedCase(Path file) throws IOException {
        assumeTrue(Files.isRegularFile(file), () -> "skipped: no golden data at " + SHARED);
        compare(file);
    }

    @Test
    void theOwnCasesHaveAnArchiveAStreamAndTensorFlowsFile() throws IOException {
        assertThat(ownFiles().map(file -> file.getFileName().toString())).containsAll(OTHER_FILES);
    }

    private void compare(Path file) throws IOException {
        String plainName = file.getFileName().toString().replace("_legacy", "");
        Files.copy(file, directory.resolve(plainName));
        try (Checkpoint other = Checkpoint.open(directory);
                Checkpoint safetensors = Checkpoint.open(file.resolveSibling(""))) {
            // a tied tensor may stand in one file and not in the other
            Set<String> common = new TreeSet<>(safetensors.names());
            common.retainAll(other.names());
            assertThat(common).isEqualTo(new TreeSet<>(safetensors.names())).hasSizeGreaterThan(20);
            for (String name : common) {
                long[] shape = safetensors.info(name).shape();
                assertThat(other.info(name).type())
                        .as(name)
                        .isEqualTo(safetensors.info(name).type());
                assertThat(bits(other.floats(name, shape))).as(name).isEqualTo(bits(safetensors.floats(name, shape)));
            }
        }
    }

    static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    private static Stream<Path> otherFiles(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root, 2)) {
            return files.filter(file -> OTHER_FILES.contains(file.getFileName().toString())).sorted().toList().stream();
        }
    }
}
