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
        try (URLClassLoader classPath = classPath(1, true)) {
            assertThat(new CudaPreflight(classPath, ALL).problem()).isEmpty();
        }
    }

    @Test
    void eachMissingLibraryIsNamedAndSoIsTheMajorOfCuda() throws IOException {
        Set<String> found = new HashSet<>(ALL);
        found.remove("libcublas.so.12");
        found.remove("libcuda.so.1");
        found.add("libcublas.so.13");
        try (URLClassLoader classPath = classPath(1, true)) {
            assertThat(new CudaPreflight(classPath, found).problem().orElseThrow())
                    .contains("libcuda.so.1, libcublas.so.12;")
                    .contains("expected CUDA 12")
                    .doesNotContain("\n");
        }
    }

    @Test
    void theArtifactForTheCpuIsNotEnough() throws IOException {
        try (URLClassLoader classPath = classPath(1, false)) {
            assertThat(new CudaPreflight(classPath, ALL).problem().orElseThrow())
                    .contains("onnxruntime_gpu is not on the class path");
        }
    }

    @Test
    void bothArtifactsAreRefused() throws IOException {
        try (URLClassLoader classPath = classPath(2, true)) {
            assertThat(new CudaPreflight(classPath, ALL).problem().orElseThrow())
                    .contains("keep the one");
        }
    }

    /** Folders with the files that tell the artifacts apart. */
    private URLClassLoader classPath(int runtimes, boolean provider) throws IOException {
        URL[] folders = new URL[runtimes];
        for (int i = 0; i < runtimes; i++) {
            Path folder = directory.resolve("artifact" + i);
            write(folder.resolve("ai/onnxruntime/OrtEnvironment.class"));
            if (provider && i == 0) {
                write(folder.resolve("ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so"));
            }
            folders[i] = folder.toUri().toURL();
        }
        return new URLClassLoader(folders, null);
    }

    private static void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {0});
    }
}
