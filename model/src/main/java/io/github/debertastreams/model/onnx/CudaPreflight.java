package io.github.debertastreams.model.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether ONNX Runtime can use a GPU here, and what it lacks by name: it would say so in the middle of a stack trace, or compute on
 * the CPU without a word.
 *
 * @param classPath where the artifacts are looked for
 * @param libraries names of the shared libraries that the loader finds
 */
public record CudaPreflight(ClassLoader classPath, Set<String> libraries) {

    /** A file that the artifact for a GPU has and the one for the CPU has not. */
    static final String PROVIDER = "ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so";

    private static final int CUDA_MAJOR = 12;

    /** libcudart.so.12 of 12.6 lacks {@code cudaLibraryGetKernel}, which the provider calls. */
    private static final String CUDA_LEAST = "12.8";

    /** What the provider links to; cuDNN is not needed for DeBERTa but for its convolutions. */
    private static final List<String> NEEDED = List.of(
            "libcuda.so.1",
            "libcudart.so." + CUDA_MAJOR,
            "libcublas.so." + CUDA_MAJOR,
            "libcublasLt.so." + CUDA_MAJOR,
            "libcurand.so.10");

    private static final List<String> DIRECTORIES =
            List.of("/lib64", "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib");
    private static final Pattern CACHED = Pattern.compile("^\\s+(\\S+) .*=> ", Pattern.MULTILINE);
    private static final int SECONDS = 10;

    /** This process: its class path, and what its loader would find. */
    public static CudaPreflight ofThisProcess() {
        Set<String> libraries = new TreeSet<>();
        String path = System.getenv("LD_LIBRARY_PATH");
        List<String> directories = new ArrayList<>(DIRECTORIES);
        if (path != null) {
            directories.addAll(List.of(path.split(":")));
        }
        directories.forEach(directory -> addFiles(Path.of(directory), libraries));
        addLoaderCache(libraries);
        ClassLoader own = CudaPreflight.class.getClassLoader();
        return new CudaPreflight(own == null ? ClassLoader.getSystemClassLoader() : own, libraries);
    }

    /** What stands in the way, in one sentence; empty where nothing does. */
    public Optional<String> problem() {
        if (classPath.getResource(PROVIDER) == null) {
            return Optional.of("com.microsoft.onnxruntime:onnxruntime_gpu is not on the class path"
                    + " (in a build of this project: -Pcuda), or this is no Linux on x86-64");
        }
        List<String> missing =
                NEEDED.stream().filter(library -> !libraries.contains(library)).toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("the loader does not find " + String.join(", ", missing) + "; expected CUDA " + CUDA_MAJOR
                        + " from " + CUDA_LEAST
                        + " on and NVIDIA's driver, in the loader's cache or in LD_LIBRARY_PATH");
    }

    private static void addFiles(Path directory, Set<String> libraries) {
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> libraries.add(file.getFileName().toString()));
        } catch (IOException e) {
            // not there: nothing is found in it
        }
    }

    private static void addLoaderCache(Set<String> libraries) {
        try {
            Process process = new ProcessBuilder("/sbin/ldconfig", "-p")
                    .redirectErrorStream(true)
                    .start();
            String listing = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(SECONDS, TimeUnit.SECONDS);
            Matcher entry = CACHED.matcher(listing);
            while (entry.find()) {
                libraries.add(entry.group(1));
            }
        } catch (IOException e) {
            // no ldconfig: the directories stand
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
