package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.debertastreams.model.cpu.GoldenBatch;
import io.github.debertastreams.model.cpu.LargestErrors;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.onnx.Precision;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The graph in ONNX Runtime against Hugging Face's outputs in fp64, as {@code EncoderGoldenTest} has it for the native backend. */
class OnnxGoldenTest {

    private static final Path OWN = Path.of("src/test/resources/golden");
    private static final Path SHARED = Path.of(System.getProperty("golden.dir", "../../shared/golden"), "model");
    private static final String OF_CHOICES = "v2_choices"; // rank 3: ForwardCommandTest has it
    private static final String NO_CASES = "(none)";
    private static final LargestErrors ERRORS = new LargestErrors();

    static Stream<String> ownCases() throws IOException {
        return cases(OWN);
    }

    static Stream<String> sharedCases() throws IOException {
        return Files.isDirectory(SHARED) ? cases(SHARED) : Stream.of(NO_CASES);
    }

    private static Stream<String> cases(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files
                    .filter(path -> Files.exists(path.resolve("golden.safetensors")))
                    .filter(path -> !path.endsWith(OF_CHOICES))
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("ownCases")
    void agreesWithTheReference(String name) {
        compare(OWN.resolve(name), new LargestErrors());
    }

    @ParameterizedTest
    @MethodSource("sharedCases")
    void agreesWithTheReferenceInEverySharedCase(String name) {
        assumeTrue(!name.equals(NO_CASES), () -> "skipped: no golden data at " + SHARED);
        compare(SHARED.resolve(name), ERRORS);
    }

    @AfterAll
    static void reportLargestErrors() throws IOException {
        ERRORS.write(Path.of("target/largest-errors-onnx.md"));
    }

    private static void compare(Path directory, LargestErrors errors) {
        ModelOptions options = ModelOptions.builder(directory)
                .backend(BackendContract.ONNX)
                .precision(Precision.FP32)
                .build();
        try (TensorModel model = TensorModel.open(options);
                SafetensorsFile golden = SafetensorsFile.open(directory.resolve("golden.safetensors"))) {
            Set<String> batches = new TreeSet<>();
            golden.names().forEach(name -> batches.add(name.substring(0, name.indexOf('/'))));
            assertThat(batches).isNotEmpty();
            for (String batch : batches) {
                GoldenBatch goldenBatch =
                        new GoldenBatch(golden, directory.getFileName().toString(), batch, model.backend(), errors);
                goldenBatch.compare(model::forward, model.head(), model.config());
                goldenBatch.compare(
                        (tokens, trace) -> {
                            Logits traced = model.forward(tokens, trace);
                            return tokens.pairMask() == null ? model.forward(tokens, EncoderTrace.NONE) : traced;
                        },
                        model.head(),
                        model.config());
            }
        }
    }
}
