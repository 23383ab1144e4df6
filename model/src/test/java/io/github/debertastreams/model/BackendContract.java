package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.onnx.Precision;
import io.github.debertastreams.model.token.TokenBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every backend promises. */
abstract class BackendContract {

    /** ONNX Runtime on the CPU; on a GPU with {@code -Donnx.backend=CUDA}, see model/src/test/scripts/cuda.sh. */
    static final BackendOptions.Kind ONNX =
            BackendOptions.Kind.valueOf(System.getProperty("onnx.backend", BackendOptions.Kind.ONNX.name()));

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private final BackendOptions.Kind backend;

    BackendContract(BackendOptions.Kind backend) {
        this.backend = backend;
    }

    @ParameterizedTest
    @CsvSource({
        "v1_base, 64",
        "v1_seqcls, 150",
        "v1_qa, 64",
        "v1_talking, 64",
        "v1_mlm_lmpred, 64",
        "v2_v3like, 150",
        "v2_conv_groups, 64",
        "v2_conv_gelu, 64",
        "v2_mlm_legacy, 64"
    })
    void aBatchOfMixedLengthsHasTheAnswersOfItsRows(String name, int rows) {
        Random random = new Random(name.hashCode());
        try (TensorModel model = open(name)) {
            int longest = Math.min(96, model.config().maxPositionEmbeddings());
            TokenBatch batch = batch(random, model.config().vocabularySize(), rows, longest);
            Logits together = model.forward(batch, EncoderTrace.NONE);
            for (int row = 0; row < rows; row++) {
                Logits alone = model.forward(row(batch, row), EncoderTrace.NONE);
                int from = together.rowStarts()[row] * together.columns();
                int to = together.rowStarts()[row + 1] * together.columns();
                assertClose(Arrays.copyOfRange(together.values(), from, to), alone.values(), name + " row " + row);
            }
        }
    }

    private static TokenBatch row(TokenBatch batch, int row) {
        int from = batch.rowStarts()[row];
        int to = batch.rowStarts()[row + 1];
        int[] selected = Arrays.stream(batch.selection().tokens())
                .filter(token -> token >= from && token < to)
                .map(token -> token - from)
                .toArray();
        return new TokenBatch(
                        Arrays.copyOfRange(batch.inputIds(), from, to),
                        Arrays.copyOfRange(batch.tokenTypeIds(), from, to),
                        Arrays.copyOfRange(batch.positions(), from, to),
                        Arrays.copyOfRange(batch.positionIds(), from, to),
                        new int[] {0, to - from})
                .selecting(selected);
    }

    @Test
    void threadsMayShareABackend() {
        Random random = new Random(1);
        try (TensorModel model = open("v2_v3like")) {
            int vocabulary = model.config().vocabularySize();
            List<TokenBatch> batches = IntStream.range(0, 40)
                    .mapToObj(i -> batch(random, vocabulary, 1 + i % 5, 40))
                    .toList();
            List<Logits> alone = batches.stream()
                    .map(batch -> model.forward(batch, EncoderTrace.NONE))
                    .toList();
            List<Logits> together = batches.parallelStream()
                    .map(batch -> model.forward(batch, EncoderTrace.NONE))
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
        try (TensorModel model = open("v1_base")) {
            assertThatThrownBy(() -> model.forward(batch, EncoderTrace.NONE))
                    .isInstanceOfSatisfying(
                            ModelException.class,
                            e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.INVALID_INPUT))
                    .hasMessage(
                            "input id is 1000, expected 0 to " + (model.config().vocabularySize() - 1));
        }
    }

    /** Selects about half of the tokens, and leaves some positions out. */
    static TokenBatch batch(Random random, int vocabulary, int rows, int longest) {
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

    static void assertClose(float[] actual, float[] expected, String name) {
        assertThat(actual).as(name).hasSameSizeAs(expected);
        Offset<Float> within = Offset.offset(name.contains("_mlm_") ? 3e-5f : 1e-5f);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s: value %d", name, i).isCloseTo(expected[i], within);
        }
    }

    TensorModel open(String name) {
        return open(name, backend);
    }

    static TensorModel open(String name, BackendOptions.Kind backend) {
        return TensorModel.open(ModelOptions.builder(GOLDEN.resolve(name))
                .backend(backend)
                .precision(Precision.FP32)
                .build());
    }
}
