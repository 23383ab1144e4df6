package io.github.debertastreams.model.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import io.github.debertastreams.model.error.ModelException;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ONNX Runtime as a cluster has it: in the class path of a process with a long command line, opened by code of a class loader that
 * comes and goes.
 */
class OnnxEnvironmentTest {

    /** Without ORT_DISABLE_TELEMETRY, ONNX Runtime 1.29 ends a process from some four kilobytes on. */
    private static final int CHARACTERS = 60_000;

    private static final String PARALLELISM = "java.util.concurrent.ForkJoinPool.common.parallelism";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String COLLECTED = "collected";

    /** What the other process runs. */
    static final class Other {

        private static final int COLLECTIONS = 20;

        private Other() {}

        public static void main(String[] arguments) throws Exception {
            WeakReference<ClassLoader> job = openInAnotherClassLoader();
            for (int i = 0; i < COLLECTIONS && job.get() != null; i++) {
                System.gc();
                Thread.sleep(50);
            }
            System.out.println(job.get() == null ? COLLECTED : "kept");
        }

        private static WeakReference<ClassLoader> openInAnotherClassLoader() throws Exception {
            URL runtime =
                    OrtEnvironment.class.getProtectionDomain().getCodeSource().getLocation();
            ClassLoader cluster = new URLClassLoader(new URL[] {runtime}, ClassLoader.getPlatformClassLoader());
            URLClassLoader job = new URLClassLoader(classPath(), cluster);
            Class<?> ours = Class.forName(OnnxEnvironment.class.getName(), true, job);
            Thread task = new Thread(() -> open(ours));
            task.setContextClassLoader(job);
            task.start();
            task.join();
            return new WeakReference<>(job);
        }

        private static void open(Class<?> ours) {
            try {
                var get = ours.getDeclaredMethod("get");
                get.setAccessible(true);
                System.out.println(get.invoke(null));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private static URL[] classPath() throws MalformedURLException {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(new File(entry).toURI().toURL());
            }
            return urls.toArray(URL[]::new);
        }
    }

    /** What the other process runs in a pool of one thread. */
    static final class InThePool {

        private InThePool() {}

        public static void main(String[] arguments) throws Exception {
            CountDownLatch opened = new CountDownLatch(1);
            ForkJoinPool.commonPool().execute(() -> {
                OnnxEnvironment.get();
                opened.countDown();
            });
            System.out.println(opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS) ? "opened" : "hangs");
        }
    }

    @Test
    void theArtifactsForTheCpuAndForAGpuAreNotForOneClassPath(@TempDir Path directory) throws IOException {
        URL cpu = CudaPreflightTest.artifact(directory.resolve("cpu"), false);
        URL other = CudaPreflightTest.artifact(directory.resolve("other"), false);
        URL gpu = CudaPreflightTest.artifact(directory.resolve("gpu"), true);
        try (URLClassLoader both = new URLClassLoader(new URL[] {cpu, gpu}, null);
                URLClassLoader one = new URLClassLoader(new URL[] {gpu}, null);
                URLClassLoader twice = new URLClassLoader(new URL[] {cpu, other}, null);
                URLClassLoader job = new URLClassLoader(new URL[] {cpu}, one)) {
            assertThatThrownBy(() -> OnnxEnvironment.requireOneArtifact(both))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                    .hasMessageContaining("keep the one");
            for (ClassLoader sound : List.of(one, twice, job)) {
                assertThatCode(() -> OnnxEnvironment.requireOneArtifact(sound)).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void theOnlyThreadOfTheCommonPoolMayOpenIt() throws Exception {
        String output = run("-D" + PARALLELISM + "=1", InThePool.class);

        assertThat(output).endsWith("opened" + System.lineSeparator());
    }

    @Test
    void aLongCommandLineIsNoHarmAndTheClassLoaderThatOpenedItIsCollected() throws Exception {
        String output = run("-Dlong=" + "x".repeat(CHARACTERS), Other.class);

        assertThat(output).contains("OrtEnvironment").endsWith(COLLECTED + System.lineSeparator());
    }

    private static String run(String option, Class<?> main) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectErrorStream(true);
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1"); // docs/onnx.md
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
