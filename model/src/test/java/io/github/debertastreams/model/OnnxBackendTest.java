package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.onnx.CudaPreflight;
import io.github.debertastreams.model.token.TokenBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every backend promises, asked of ONNX Runtime beside the native one. */
class OnnxBackendTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

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
        try (TensorModel onnx = open(name, BackendOptions.Kind.ONNX);
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
    @ValueSource(strings = {"v1_base", "v1_seqcls", "v2_mlm_legacy"})
    void rowsWithoutTokensAreAnsweredForAsTheNativeBackendDoes(String name) {
        TokenBatch batch = new TokenBatch(
                new int[] {5, 6}, new int[2], new int[] {0, 1}, new int[] {0, 1}, new int[] {0, 0, 2, 2});
        TokenBatch empty = new TokenBatch(new int[0], new int[0], new int[0], new int[0], new int[] {0, 0});
        try (TensorModel onnx = open(name, BackendOptions.Kind.ONNX);
                TensorModel nativeModel = open(name, BackendOptions.Kind.NATIVE)) {
            for (TokenBatch each : List.of(batch, empty)) {
                assertClose(onnx.forward(each, EncoderTrace.NONE), nativeModel.forward(each, EncoderTrace.NONE), name);
            }
        }
    }

    @Test
    void threadsMayShareABackend() {
        Random random = new Random(1);
        try (TensorModel onnx = open("v2_v3like", BackendOptions.Kind.ONNX)) {
            int vocabulary = onnx.config().vocabularySize();
            List<TokenBatch> batches = IntStream.range(0, 40)
                    .mapToObj(i -> batch(random, vocabulary, 1 + i % 5, 40))
                    .toList();
            List<Logits> alone = batches.stream()
                    .map(batch -> onnx.forward(batch, EncoderTrace.NONE))
                    .toList();
            List<Logits> together = batches.parallelStream()
                    .map(batch -> onnx.forward(batch, EncoderTrace.NONE))
                    .toList();
            for (int i = 0; i < batches.size(); i++) {
                assertThat(together.get(i).values())
                        .containsExactly(alone.get(i).values());
            }
        }
    }

    @Test
    void anIdThatTheModelDoesNotHaveIsTheInputsFault() {
        TokenBatch batch =
                new TokenBatch(new int[] {5, 1000}, new int[2], new int[] {0, 1}, new int[] {0, 1}, new int[] {0, 2});
        try (TensorModel onnx = open("v1_base", BackendOptions.Kind.ONNX)) {
            assertThatThrownBy(() -> onnx.forward(batch, EncoderTrace.NONE))
                    .isInstanceOfSatisfying(
                            ModelException.class,
                            e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.INVALID_INPUT))
                    .hasMessage(
                            "input id is 1000, expected 0 to " + (onnx.config().vocabularySize() - 1));
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
        }
    }

    /** Selects about half of the tokens, and leaves some positions out. */
    private static TokenBatch batch(Random random, int vocabulary, int rows, int longest) {
        int[] rowStarts = new int[rows + 1];
        int[] positions = new int[rows * longest];
        int tokens = 0;
        for (int row = 0; row < rows; row++) {
            int length = row == 0 ? longest : 1 + random.nextInt(longest);
            for (int position = 0; position < length; position++) {
                if (row % 3 != 2 || position == 0 || random.nextInt(10) > 0) {
                    positions[tokens++] = position;
                }
            }
            rowStarts[row + 1] = tokens;
        }
        int[] kept = Arrays.copyOf(positions, tokens);
        int[] ids = random.ints(tokens, 1, vocabulary).toArray();
        int[] selected =
                IntStream.range(0, tokens).filter(token -> random.nextBoolean()).toArray();
        return new TokenBatch(ids, new int[tokens], kept, kept, rowStarts).selecting(selected);
    }

    private static void assertClose(Logits actual, Logits expected, String name) {
        assertThat(actual.rowStarts()).containsExactly(expected.rowStarts());
        assertThat(actual.columns()).isEqualTo(expected.columns());
        Offset<Float> within = Offset.offset(name.contains("_mlm_") ? 3e-5f : 1e-5f);
        for (int i = 0; i < expected.values().length; i++) {
            assertThat(actual.values()[i]).as("value %d", i).isCloseTo(expected.values()[i], within);
        }
    }

    private static TensorModel open(String name, BackendOptions.Kind backend) {
        return TensorModel.open(
                ModelOptions.builder(GOLDEN.resolve(name)).backend(backend).build());
    }
}
