package io.github.debertastreams.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaPreflightTest {

    private static final Set<String> ALL = Set.of(
            "libcuda.so.1", "libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcurand.so.10", "libc.so.6");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void nothingStandsInTheWayOfAMachineThatHasEverything() throws IOException {
        try (URLClassLoader classPath = classPath(true)) {
            assertThat(new CudaPreflight(classPath, ALL).problem()).isEmpty();
        }
    }

    @Test
    void eachMissingLibraryIsNamedAndSoIsTheMajorOfCuda() throws IOException {
        Set<String> found = new HashSet<>(ALL);
        found.remove("libcublas.so.12");
        found.remove("libcuda.so.1");
        found.add("libcublas.so.13");
        try (URLClassLoader classPath = classPath(true)) {
            assertThat(new CudaPreflight(classPath, found).problem().orElseThrow())
                    .contains("libcuda.so.1, libcublas.so.12;")
                    .contains("expected CUDA 12")
                    .doesNotContain("\n");
        }
    }

    @Test
    void theArtifactForTheCpuIsNotEnough() throws IOException {
        try (URLClassLoader classPath = classPath(false)) {
            assertThat(new CudaPreflight(classPath, ALL).problem().orElseThrow())
                    .contains("onnxruntime_gpu is not on the class path");
        }
    }

    private URLClassLoader classPath(boolean provider) throws IOException {
        return new URLClassLoader(new URL[] {artifact(directory, provider)}, null);
    }

    /** A folder with the files that tell the artifacts apart. */
    static URL artifact(Path folder, boolean provider) throws IOException {
        write(folder.resolve("ai/onnxruntime/OrtEnvironment.class"));
        if (provider) {
            write(folder.resolve(CudaPreflight.PROVIDER));
        }
        return folder.toUri().toURL();
    }

    private static void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {0});
    }
}
