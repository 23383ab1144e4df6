package io.github.debertastreams.model.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.head.EmbeddingHead;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.QuestionAnsweringHead;
import io.github.debertastreams.model.head.SequenceClassificationHead;
import io.github.debertastreams.model.head.TokenClassificationHead;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.KernelsForTests;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoder and its heads against Hugging Face's outputs in fp64: maximum error on real tokens. */
class EncoderGoldenTest {

    private static final double MAX_ERROR = 1e-5;
    private static final Path OWN = Path.of("src/test/resources/golden");
    private static final Path SHARED = Path.of(System.getProperty("golden.dir", "../../shared/golden"), "model");

    static Stream<String> ownCases() {
        return Stream.of(
                "v1_base",
                "v1_seqcls",
                "v1_tokcls",
                "v1_qa",
                "v1_posbiased_type2",
                "v1_talking",
                "v2_v3like",
                "v2_noshare",
                "v2_conv_gelu");
    }

    static Stream<String> sharedCases() throws IOException {
        if (!Files.isDirectory(SHARED)) {
            return Stream.of("(none)");
        }
        try (Stream<Path> files = Files.list(SHARED)) {
            return files
                    .filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.contains("mlm"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("ownCases")
    void agreesWithTheReferenceOnVectorAndScalarKernels(String name) {
        for (Kernels kernels : KernelsForTests.all()) {
            compare(OWN.resolve(name), kernels);
        }
    }

    @ParameterizedTest
    @MethodSource("sharedCases")
    void agreesWithTheReferenceInEverySharedCase(String name) {
        assumeTrue(Files.isDirectory(SHARED), () -> "skipped: no golden data at " + SHARED);
        for (Kernels kernels : KernelsForTests.all()) {
            compare(SHARED.resolve(name), kernels);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1_base", "v1_talking", "v2_v3like", "v2_conv_gelu"})
    void batchEqualsSingleWhateverTheNeighbours(String name) {
        try (Checkpoint checkpoint = Checkpoint.open(OWN.resolve(name))) {
            ModelConfig config = ModelConfig.read(OWN.resolve(name));
            CpuBackend backend =
                    CpuBackend.load(checkpoint, Kernels.get(), config, new EmbeddingHead(config.hiddenSize()));
            int[] lengths = new int[70];
            Arrays.setAll(lengths, row -> 1 + (row * 37) % 61);
            TokenBatch batch = rowsOf(lengths);
            Logits together = backend.forward(batch);
            for (int row = 0; row < lengths.length; row++) {
                int first = batch.rowStarts()[row];
                int[] ids = Arrays.copyOfRange(batch.inputIds(), first, first + lengths[row]);
                float[] alone = backend.forward(rowOf(ids)).values();
                for (int i = 0; i < alone.length; i++) {
                    assertThat((double) together.values()[first * together.columns() + i])
                            .as("row %d of length %d, value %d", row, lengths[row], i)
                            .isCloseTo(alone[i], org.assertj.core.data.Offset.offset(MAX_ERROR));
                }
            }
        }
    }

    private static TokenBatch rowsOf(int[] lengths) {
        int[] rowStarts = new int[lengths.length + 1];
        for (int row = 0; row < lengths.length; row++) {
            rowStarts[row + 1] = rowStarts[row] + lengths[row];
        }
        int[] ids = new int[rowStarts[lengths.length]];
        int[] positions = new int[ids.length];
        for (int row = 0; row < lengths.length; row++) {
            for (int token = rowStarts[row]; token < rowStarts[row + 1]; token++) {
                ids[token] = 1 + (token * 7919) % 500;
                positions[token] = token - rowStarts[row];
            }
        }
        return new TokenBatch(ids, new int[ids.length], positions, positions, rowStarts);
    }

    private static TokenBatch rowOf(int[] ids) {
        int[] positions = new int[ids.length];
        Arrays.setAll(positions, i -> i);
        return new TokenBatch(ids, new int[ids.length], positions, positions, new int[] {0, ids.length});
    }

    private static void compare(Path directory, Kernels kernels) {
        ModelConfig config = ModelConfig.read(directory);
        try (Checkpoint checkpoint = Checkpoint.open(directory);
                SafetensorsFile golden = SafetensorsFile.open(directory.resolve("golden.safetensors"))) {
            CpuBackend backend = CpuBackend.load(checkpoint, kernels, config, head(checkpoint, kernels, config));
            Set<String> batches = new TreeSet<>();
            golden.names().forEach(name -> batches.add(name.substring(0, name.indexOf('/'))));
            assertThat(batches).isNotEmpty();
            for (String batch : batches) {
                new GoldenBatch(golden, batch, directory.getFileName() + " " + kernels.name() + " " + batch)
                        .compare(backend, config);
            }
        }
    }

    private static Head head(Checkpoint checkpoint, Kernels kernels, ModelConfig config) {
        if (checkpoint.has("qa_outputs.weight")) {
            return QuestionAnsweringHead.load(checkpoint, kernels, config.hiddenSize());
        }
        if (!checkpoint.has("classifier.weight")) {
            return new EmbeddingHead(config.hiddenSize());
        }
        int outputs = (int) checkpoint.info("classifier.weight").shape()[0];
        if (checkpoint.has("pooler.dense.weight")) {
            return SequenceClassificationHead.load(
                    checkpoint, kernels, config.poolerActivation(), config.hiddenSize(), outputs);
        }
        return TokenClassificationHead.load(checkpoint, kernels, config.hiddenSize(), outputs);
    }

    /** One batch of a golden file. */
    private record GoldenBatch(SafetensorsFile golden, String batch, String what) {

        void compare(CpuBackend backend, ModelConfig config) {
            long[] shape = golden.info(batch + "/in/input_ids").shape();
            int rows = (int) shape[0];
            int length = (int) shape[1];
            int[] mask = input("attention_mask", rows * length, 1);
            int[] columns = new int[rows * length];
            Arrays.setAll(columns, i -> i % length);
            int[] positionIds = golden.names().contains(batch + "/in/position_ids")
                    ? golden.ints(batch + "/in/position_ids")
                    : columns;
            TokenBatch tokens = TokenBatch.ofPadded(
                    golden.ints(batch + "/in/input_ids"),
                    mask,
                    input("token_type_ids", rows * length, 0),
                    positionIds,
                    rows);
            if (golden.names().contains(batch + "/in/attention_mask_3d")) {
                tokens = tokens.withPairMask(golden.ints(batch + "/in/attention_mask_3d"), length);
            }
            Captured captured = new Captured(config, tokens, rows, length);
            Logits logits = backend.forward(tokens, captured);
            for (String name : golden.names()) {
                // attentions are in the files in fp32 alone
                if (name.startsWith(batch + "/f64/") || name.startsWith(batch + "/f32/attentions.")) {
                    String output = name.substring(name.lastIndexOf('/') + 1);
                    compareOutput(output, name, tokens, logits, captured, length);
                }
            }
        }

        private int[] input(String name, int size, int fallback) {
            if (golden.names().contains(batch + "/in/" + name)) {
                return golden.ints(batch + "/in/" + name);
            }
            int[] values = new int[size];
            Arrays.fill(values, fallback);
            return values;
        }

        private void compareOutput(
                String output, String name, TokenBatch tokens, Logits logits, Captured captured, int length) {
            double[] expected = golden.doubles(name);
            if (output.startsWith("attentions.")) {
                captured.compareAttention(Integer.parseInt(output.substring(11)), expected, what + " " + output);
            } else if (output.startsWith("hidden_states.")) {
                float[] actual = captured.hiddenStates.get(Integer.parseInt(output.substring(14)));
                comparePerToken(expected, actual, tokens, length, output);
            } else if (output.equals("start_logits") || output.equals("end_logits")) {
                float[] column = new float[tokens.tokens()];
                for (int token = 0; token < column.length; token++) {
                    column[token] = logits.values()[2 * token + (output.equals("start_logits") ? 0 : 1)];
                }
                comparePerToken(expected, column, tokens, length, output);
            } else if (logits.sequences() * logits.columns() == expected.length) {
                comparePooled(expected, logits, tokens, output);
            } else {
                comparePerToken(expected, logits.values(), tokens, length, output);
            }
        }

        /** Pooled outputs are judged where the first token is a real one: with left padding the reference's pooler reads padding. */
        private void comparePooled(double[] expected, Logits logits, TokenBatch tokens, String output) {
            for (int row = 0; row < tokens.rows(); row++) {
                int first = tokens.rowStarts()[row];
                if (first < tokens.rowStarts()[row + 1] && tokens.positions()[first] == 0) {
                    for (int column = 0; column < logits.columns(); column++) {
                        int i = row * logits.columns() + column;
                        assertClose(logits.values()[i], expected[i], output, i);
                    }
                }
            }
        }

        private void comparePerToken(double[] expected, float[] actual, TokenBatch tokens, int length, String output) {
            int columns = expected.length / (tokens.rows() * length);
            for (int row = 0; row < tokens.rows(); row++) {
                for (int token = tokens.rowStarts()[row]; token < tokens.rowStarts()[row + 1]; token++) {
                    int padded = (row * length + tokens.positions()[token]) * columns;
                    for (int column = 0; column < columns; column++) {
                        assertClose(actual[token * columns + column], expected[padded + column], output, padded);
                    }
                }
            }
        }

        private void assertClose(float actual, double expected, String output, int index) {
            if (!(Math.abs(actual - expected) <= MAX_ERROR)) {
                throw new AssertionError(
                        what + " " + output + "[" + index + "] is " + actual + ", expected " + expected);
            }
        }
    }

    /** Copies of what went by inside the encoder. */
    private static final class Captured implements EncoderTrace {
        private final ModelConfig config;
        private final TokenBatch tokens;
        private final int length;
        private final int[] rowOf;
        final List<float[]> hiddenStates = new ArrayList<>();
        final List<double[]> attentions = new ArrayList<>();

        Captured(ModelConfig config, TokenBatch tokens, int rows, int length) {
            this.config = config;
            this.tokens = tokens;
            this.length = length;
            this.rowOf = new int[tokens.tokens()];
            for (int row = 0; row < rows; row++) {
                Arrays.fill(rowOf, tokens.rowStarts()[row], tokens.rowStarts()[row + 1], row);
            }
            for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
                attentions.add(new double[rows * config.attention().numHeads() * length * length]);
            }
        }

        @Override
        public void hiddenStates(int layer, float[] values) {
            hiddenStates.add(Arrays.copyOf(values, tokens.tokens() * config.hiddenSize()));
        }

        @Override
        public void attention(
                int layer, int token, int head, int firstPosition, float[] probabilities, int offset, int count) {
            int start = start(token, head);
            for (int i = 0; i < count; i++) {
                attentions.get(layer)[start + firstPosition + i] = probabilities[offset + i];
            }
        }

        private int start(int token, int head) {
            return ((rowOf[token] * config.attention().numHeads() + head) * length + tokens.positions()[token])
                    * length;
        }

        void compareAttention(int layer, double[] expected, String what) {
            double[] actual = attentions.get(layer);
            for (int token = 0; token < tokens.tokens(); token++) {
                for (int head = 0; head < config.attention().numHeads(); head++) {
                    int start = start(token, head);
                    for (int i = start; i < start + length; i++) {
                        if (!(Math.abs(actual[i] - expected[i]) <= MAX_ERROR)) {
                            throw new AssertionError(
                                    what + "[" + i + "] is " + actual[i] + ", expected " + expected[i]);
                        }
                    }
                }
            }
        }
    }
}
