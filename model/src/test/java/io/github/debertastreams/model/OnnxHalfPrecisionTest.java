package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.onnx.Precision;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The graph in fp16, here on the CPU, which computes it slowly; on a GPU with {@code -Donnx.backend=CUDA}. */
class OnnxHalfPrecisionTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String DEVICE = BackendContract.ONNX == BackendOptions.Kind.CUDA ? "onnx-cuda-" : "onnx-cpu-";

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {"v1_base", "v1_seqcls", "v1_qa", "v1_talking", "v1_mlm_lmpred", "v2_v3like", "v2_conv_gelu"})
    void agreesWithFp32ToOnePercentOfTheLargestValue(String name) {
        TokenBatch batch = batch(1);
        try (TensorModel half = open(GOLDEN.resolve(name));
                TensorModel nativeModel = TensorModel.open(ModelOptions.of(GOLDEN.resolve(name)))) {
            float[] expected = nativeModel.forward(batch, EncoderTrace.NONE).values();
            float largest = 1;
            for (float value : expected) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertThat(half.forward(batch, EncoderTrace.NONE).values())
                    .containsExactly(expected, Offset.offset(largest * 1e-2f));
            assertThat(half.backend()).isEqualTo(DEVICE + "fp16");
        }
    }

    @Test
    void whereFp16OverflowsTheModelGoesOnInFp32() throws IOException {
        overflowingModel();
        try (TensorModel half = open(directory);
                TensorModel nativeModel = TensorModel.open(ModelOptions.of(directory))) {
            assertThat(half.backend()).isEqualTo(DEVICE + "fp16");
            float[] expected = nativeModel.forward(batch(1), EncoderTrace.NONE).values();
            assertThat(half.forward(batch(1), EncoderTrace.NONE).values())
                    .containsExactly(expected, Offset.offset(1e-4f));
            assertThat(half.backend()).isIn("onnx-cpu", "onnx-cuda-fp32");
        }
    }

    @Test
    void whereFp32CannotBeOpenedTheBackendFailsUntilItCan() throws IOException {
        overflowingModel();
        Path weights = directory.resolve("model.safetensors");
        Path away = directory.resolve("away");
        try (TensorModel half = open(directory)) {
            Files.move(weights, away);
            for (int run = 0; run < 2; run++) {
                assertThatThrownBy(() -> half.forward(batch(1), EncoderTrace.NONE))
                        .isInstanceOfSatisfying(
                                ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BACKEND))
                        .hasMessageContaining("the model cannot be opened in fp32")
                        .hasMessageContaining("has no weights");
            }
            Files.move(away, weights);
            assertThat(half.forward(batch(1), EncoderTrace.NONE).values()).isNotEmpty();
            assertThat(half.backend()).isIn("onnx-cpu", "onnx-cuda-fp32");
        }
    }

    @Test
    void aBackendMayBeClosedTwice() {
        TensorModel half = open(GOLDEN.resolve("v1_base"));
        half.close();
        half.close();
    }

    /** Writes a model with a value beyond fp16 that is an ordinary one after a layer normalisation. */
    private void overflowingModel() throws IOException {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        Path source = GOLDEN.resolve("v1_base");
        try (SafetensorsFile weights = SafetensorsFile.open(source.resolve("model.safetensors"))) {
            for (String tensor : weights.names()) {
                tensors.put(tensor, weights.floats(tensor));
                shapes.put(tensor, weights.info(tensor).shape());
            }
        }
        float[] bias = tensors.get("encoder.layer.0.output.dense.bias");
        assertThat(bias).isNotNull();
        Arrays.fill(bias, 0, 4, 80_000);
        SafetensorsFile.write(directory.resolve("model.safetensors"), tensors, shapes);
        Files.copy(source.resolve("config.json"), directory.resolve("config.json"));
    }

    private static TensorModel open(Path model) {
        return TensorModel.open(ModelOptions.builder(model)
                .backend(BackendContract.ONNX)
                .precision(Precision.FP16)
                .build());
    }

    private static TokenBatch batch(int first) {
        int[] ids = {first, 5, 9, 7, 2, 3, 8};
        int[] positions = {0, 1, 2, 3, 0, 1, 2};
        return new TokenBatch(ids, new int[7], positions, positions, new int[] {0, 4, 7});
    }
}
