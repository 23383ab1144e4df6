package io.github.debertastreams.model.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelSelectionTest {

    private static final String MODULE = "--add-modules=jdk.incubator.vector";

    /** What the other process runs. */
    static final class Other {

        private Other() {}

        public static void main(String[] arguments) {
            System.out.println("kernels " + Kernels.get().name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:TieredStopAtLevel=1", "-Xint", "-XX:-UseFMA", "-XX:MaxVectorSize=8"})
    void aJvmThatWouldNotCompileVectorsGetsScalarKernelsAndAWarningWithItsReason(String option) throws Exception {
        String reason = option.substring(0, option.contains("=") ? option.indexOf('=') : option.length());

        assertThat(run(MODULE, option)).contains("kernels scalar", "scalar kernels in use", reason);
    }

    @Test
    void aJvmWithoutTheModuleGetsScalarKernelsAndAWarningWithTheFlag() throws Exception {
        assertThat(run()).contains("kernels scalar", "--add-modules jdk.incubator.vector");
    }

    @Test
    void anOrdinaryJvmGetsVectorKernels() throws Exception {
        assertThat(run(MODULE)).contains("kernels vector").doesNotContain("scalar");
    }

    private static String run(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Other.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
