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

/** One model in several files, written by PyTorch and Hugging Face: every tensor has the same bits in each. */
class WeightFormatsGoldenTest {

    private static final Path OWN = Path.of("src/test/resources/golden");
    private static final Path SHARED = Path.of(System.getProperty("golden.dir", "../../shared/golden"), "model");
    /** Where our own name of a file differs from the one that Checkpoint looks for. */
    private static final List<String> TORCH_FILES = List.of("pytorch_model.bin", "pytorch_model_legacy.bin");

    @TempDir
    private Path directory = Path.of("");

    static Stream<Path> ownFiles() throws IOException {
        return torchFiles(OWN);
    }

    static Stream<Path> sharedFiles() throws IOException {
        return Files.isDirectory(SHARED) ? torchFiles(SHARED) : Stream.of(SHARED);
    }

    @ParameterizedTest
    @MethodSource("ownFiles")
    void everyFormatHasTheSameBits(Path torchFile) throws IOException {
        compare(torchFile);
    }

    @ParameterizedTest
    @MethodSource("sharedFiles")
    void everyFormatHasTheSameBitsInEverySharedCase(Path torchFile) throws IOException {
        assumeTrue(Files.isRegularFile(torchFile), () -> "skipped: no golden data at " + SHARED);
        compare(torchFile);
    }

    @Test
    void theOwnCasesHaveAnArchiveAndAStream() throws IOException {
        assertThat(ownFiles().map(file -> file.getFileName().toString())).containsAll(TORCH_FILES);
    }

    private void compare(Path torchFile) throws IOException {
        Files.copy(torchFile, directory.resolve("pytorch_model.bin"));
        try (Checkpoint torch = Checkpoint.open(directory);
                Checkpoint safetensors = Checkpoint.open(torchFile.resolveSibling(""))) {
            // a tied tensor may stand in one file and not in the other
            Set<String> common = new TreeSet<>(safetensors.names());
            common.retainAll(torch.names());
            assertThat(common).isEqualTo(new TreeSet<>(safetensors.names())).hasSizeGreaterThan(20);
            for (String name : common) {
                long[] shape = safetensors.info(name).shape();
                assertThat(torch.info(name).type())
                        .as(name)
                        .isEqualTo(safetensors.info(name).type());
                assertThat(bits(torch.floats(name, shape))).as(name).isEqualTo(bits(safetensors.floats(name, shape)));
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

    private static Stream<Path> torchFiles(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root, 2)) {
            return files.filter(file -> TORCH_FILES.contains(file.getFileName().toString())).sorted().toList().stream();
        }
    }
}
