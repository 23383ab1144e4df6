package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.onnx.CudaPreflight;
import io.github.debertastreams.model.token.TokenBatch;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX Runtime, for itself and beside the native backend. */
class OnnxBackendTest extends BackendContract {

    OnnxBackendTest() {
        super(ONNX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v1_base",
                "v1_seqcls",
                "v1_qa",
                "v1_talking",
                "v1_mlm_lmpred",
                "v2_v3like",
                "v2_conv_groups",
                "v2_wide_heads",
                "v2_mlm_legacy",
                "v2_choices"
            })
    void agreesWithTheNativeBackendAtAnyLengthAndBatch(String name) {
        Random random = new Random(name.hashCode());
        try (TensorModel onnx = open(name, ONNX);
                TensorModel nativeModel = open(name, BackendOptions.Kind.NATIVE)) {
            int most = onnx.config().positionBiasedInput() || onnx.enhancedMaskDecoder()
                    ? onnx.config().maxPositionEmbeddings()
                    : 512;
            for (int run = 0; run < 6; run++) {
                int rows = run == 0 ? 64 : 1 + random.nextInt(8);
                int longest = 1 + random.nextInt(run == 0 ? most / 4 : most);
                TokenBatch batch = batch(random, onnx.config().vocabularySize(), rows, longest);
                assertClose(
                        onnx.forward(batch, EncoderTrace.NONE), nativeModel.forward(batch, EncoderTrace.NONE), name);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {127, 128, 129, 130, 254, 255, 256, 257, 258, 260, 300, 509, 512, 640})
    void agreesWithTheNativeBackendWherePositionsAreGrouped(int length) {
        for (String name : List.of("v1_base", "v1_seqcls", "v2_v3like")) {
            try (TensorModel onnx = open(name, ONNX);
                    TensorModel nativeModel = open(name, BackendOptions.Kind.NATIVE)) {
                TokenBatch batch = batch(new Random(length), onnx.config().vocabularySize(), 2, length);
                assertClose(
                        onnx.forward(batch, EncoderTrace.NONE), nativeModel.forward(batch, EncoderTrace.NONE), name);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1_base", "v1_seqcls", "v2_mlm_legacy"})
    void rowsWithoutTokensAreAnsweredForAsTheNativeBackendDoes(String name) {
        TokenBatch batch = new TokenBatch(
                new int[] {5, 6}, new int[2], new int[] {0, 1}, new int[] {0, 1}, new int[] {0, 0, 2, 2});
        TokenBatch empty = new TokenBatch(new int[0], new int[0], new int[0], new int[0], new int[] {0, 0});
        try (TensorModel onnx = open(name, ONNX);
                TensorModel nativeModel = open(name, BackendOptions.Kind.NATIVE)) {
            for (TokenBatch each : List.of(batch, empty)) {
                assertClose(onnx.forward(each, EncoderTrace.NONE), nativeModel.forward(each, EncoderTrace.NONE), name);
            }
        }
    }

    @Test
    void withoutAGpuCudaIsRefusedInOneLineAndAutoRunsOnTheCpu() {
        assumeTrue(CudaPreflight.ofThisProcess().problem().isPresent(), "skipped: there is a GPU here");
        assertThatThrownBy(() -> open("v1_base", BackendOptions.Kind.CUDA).close())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                .hasMessageStartingWith("backend cuda cannot be used: ")
                .hasMessageNotContaining("\n");
        try (TensorModel auto = open("v1_base", BackendOptions.Kind.AUTO)) {
            assertThat(auto.backend()).startsWith("native-");
            assertThat(auto.fellBack()).isTrue();
        }
        try (TensorModel asked = open("v1_base", BackendOptions.Kind.NATIVE)) {
            assertThat(asked.fellBack()).isFalse();
        }
    }

    private static void assertClose(Logits actual, Logits expected, String name) {
        assertThat(actual.rowStarts()).containsExactly(expected.rowStarts());
        assertThat(actual.columns()).isEqualTo(expected.columns());
        assertClose(actual.values(), expected.values(), name);
    }
}
