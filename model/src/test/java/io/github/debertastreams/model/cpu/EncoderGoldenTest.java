package io.github.debertastreams.model.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.head.EmbeddingHead;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.MaskedLanguageHead;
import io.github.debertastreams.model.head.QuestionAnsweringHead;
import io.github.debertastreams.model.head.SequenceClassificationHead;
import io.github.debertastreams.model.head.TokenClassificationHead;
import io.github.debertastreams.model.kernel.EmbeddingTable;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.KernelsForTests;
import io.github.debertastreams.model.kernel.WeightFormat;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The encoder and its heads against Hugging Face's outputs in fp64: maximum error on real tokens. {@code
 * target/largest-errors.md} tells how large it was.
 */
class EncoderGoldenTest {

    private static final Path OWN = Path.of("src/test/resources/golden");
    private static final Path SHARED = Path.of(System.getProperty("golden.dir", "../../shared/golden"), "model");
    private static final String NO_CASES = "(none)";
    private static final int SHARED_CASES = 49;
    private static final LargestErrors ERRORS = new LargestErrors();
    private static final float NEAR = 0.05f;

    /** Compilers share the machine with whatever else runs there; on a quiet one it is done within a second. */
    private static final Duration COMPILED_BY = Duration.ofMinutes(2);

    static Stream<String> ownCases() {
        return Stream.of(
                "v1_base",
                "v1_seqcls",
                "v1_tokcls",
                "v1_qa",
                "v1_posbiased_type2",
                "v1_talking",
                "v1_mlm_lmpred",
                "v2_v3like",
                "v2_noshare",
                "v2_conv_gelu",
                "v2_conv_groups",
                "v2_wide_heads",
                "v2_mlm_legacy");
    }

    static Stream<String> sharedCases() throws IOException {
        if (!Files.isDirectory(SHARED)) {
            return Stream.of(NO_CASES);
        }
        try (Stream<Path> files = Files.list(SHARED)) {
            return files
                    .filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("ownCases")
    void agreesWithTheReferenceOnVectorAndScalarKernels(String name) {
        for (Kernels kernels : KernelsForTests.all()) {
            compare(OWN.resolve(name), kernels, new LargestErrors());
        }
    }

    @ParameterizedTest
    @MethodSource("sharedCases")
    void agreesWithTheReferenceInEverySharedCase(String name) {
        assumeTrue(!name.equals(NO_CASES), () -> "skipped: no golden data at " + SHARED);
        for (Kernels kernels : KernelsForTests.all()) {
            compare(SHARED.resolve(name), kernels, ERRORS);
        }
    }

    @Test
    void noSharedCaseIsMissing() throws IOException {
        assumeTrue(Files.isDirectory(SHARED), () -> "skipped: no golden data at " + SHARED);
        assertThat(sharedCases()).hasSize(SHARED_CASES);
    }

    @AfterAll
    static void reportLargestErrors() throws IOException {
        ERRORS.write(Path.of("target/largest-errors.md"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1_base", "v1_talking", "v1_seqcls", "v2_v3like", "v2_conv_gelu", "v1_mlm_lmpred"})
    void aTeamOfThreadsHasTheAnswersOfOne(String name) {
        int[] lengths = new int[70];
        Arrays.setAll(lengths, row -> 1 + (row * 37) % 61);
        for (Kernels kernels : KernelsForTests.all()) {
            try (CpuBackend one = Opened.open(OWN.resolve(name), kernels, 1).backend();
                    CpuBackend three =
                            Opened.open(OWN.resolve(name), kernels, 3).backend()) {
                for (TokenBatch batch : List.of(rowsOf(lengths), rowsOf(new int[] {1}), rowsOf(new int[] {40, 3}))) {
                    assertThat(three.forward(batch).values())
                            .isEqualTo(one.forward(batch).values());
                }
            }
        }
    }

    /** The distance is that of the weights' rounding, 2⁻⁹ of each; were they not rounded, it would be none. */
    @ParameterizedTest
    @ValueSource(strings = {"v1_base", "v1_talking", "v2_v3like", "v2_conv_gelu"})
    void weightsInBfloat16AreNearTheReference(String name) {
        TokenBatch batch = rowsOf(new int[] {9, 24, 1, 33});
        for (int kind = 0; kind < KernelsForTests.all().size(); kind++) {
            Kernels exact = KernelsForTests.all().get(kind);
            Kernels half = KernelsForTests.all(WeightFormat.BF16).get(kind);
            try (CpuBackend reference = Opened.open(OWN.resolve(name), exact).backend();
                    CpuBackend rounded = Opened.open(OWN.resolve(name), half).backend()) {
                assertThat(rounded.forward(batch).values())
                        .as(half.name())
                        .isNotEqualTo(reference.forward(batch).values())
                        .usingComparatorWithPrecision(NEAR)
                        .containsExactly(reference.forward(batch).values());
            }
        }
    }

    /** In steady state; what is not compiled yet boxes its vectors, so it takes some passes to get there. */
    @ParameterizedTest
    @CsvSource({
        "v1_seqcls, 1, FP32",
        "v1_talking, 1, FP32",
        "v2_v3like, 1, FP32",
        "v2_conv_gelu, 1, FP32",
        "v1_mlm_lmpred, 1, FP32",
        "v2_v3like, 2, FP32",
        "v2_v3like, 1, BF16"
    })
    void aPassAllocatesNothing(String name, int threads, WeightFormat weights) {
        Kernels kernels = Kernels.get(weights);
        kernels.warmUp();
        TokenBatch batch = rowsOf(new int[] {9, 24, 1, 33});
        try (CpuBackend backend =
                        Opened.open(OWN.resolve(name), kernels, threads).backend();
                CpuBackend.Session session = backend.session(batch, EncoderTrace.NONE)) {
            com.sun.management.ThreadMXBean memory =
                    (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            long deadline = System.nanoTime() + COMPILED_BY.toNanos();
            while (least > 0 && System.nanoTime() < deadline) {
                long before = memory.getCurrentThreadAllocatedBytes();
                session.encode();
                least = Math.min(least, memory.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).as("bytes of a pass on %s", kernels.name()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1_tokcls", "v1_qa", "v1_base", "v2_mlm_legacy", "v1_mlm_lmpred"})
    void selectedTokensHaveTheLogitsThatTheyHaveAmongAll(String name) {
        Opened model = Opened.open(OWN.resolve(name), Kernels.get());
        TokenBatch batch = rowsOf(new int[] {9, 4, 1, 12});
        int[] tokens = {0, 3, 8, 13, 14, 25};
        Logits all = model.backend().forward(batch);
        Logits selected = model.backend().forward(batch.selecting(tokens));
        assertThat(selected.rowStarts()).containsExactly(0, 3, 3, 4, 6);
        assertThat(selected.values()).hasSize(tokens.length * all.columns());
        for (int i = 0; i < selected.values().length; i++) {
            int inAll = tokens[i / all.columns()] * all.columns() + i % all.columns();
            assertThat((double) selected.values()[i]).isCloseTo(all.values()[inAll], Offset.offset(1e-5));
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
                ids[token] = 1 + (token * 7919) % 250;
                positions[token] = token - rowStarts[row];
            }
        }
        return new TokenBatch(ids, new int[ids.length], positions, positions, rowStarts);
    }

    private static void compare(Path directory, Kernels kernels, LargestErrors errors) {
        Opened model = Opened.open(directory, kernels);
        try (SafetensorsFile golden = SafetensorsFile.open(directory.resolve("golden.safetensors"))) {
            Set<String> batches = new TreeSet<>();
            golden.names().forEach(name -> batches.add(name.substring(0, name.indexOf('/'))));
            assertThat(batches).isNotEmpty();
            for (String batch : batches) {
                new GoldenBatch(golden, directory.getFileName().toString(), batch, kernels.name(), errors)
                        .compare(model.backend()::forward, model.head(), model.config());
            }
        }
    }

    /** A golden case's model on the kernels given. */
    private record Opened(ModelConfig config, Head head, CpuBackend backend) {

        static Opened open(Path directory, Kernels kernels) {
            return open(directory, kernels, 1);
        }

        static Opened open(Path directory, Kernels kernels, int threads) {
            ModelConfig config = ModelConfig.read(directory);
            try (Checkpoint checkpoint = Checkpoint.open(directory)) {
                EmbeddingTable words = CpuBackend.wordEmbeddings(checkpoint, config);
                Head head = head(checkpoint, kernels, config, words);
                return new Opened(config, head, CpuBackend.load(checkpoint, kernels, config, words, head, threads));
            }
        }

        private static Head head(Checkpoint checkpoint, Kernels kernels, ModelConfig config, EmbeddingTable words) {
            int hiddenSize = config.hiddenSize();
            MaskedLanguageHead.Form form =
                    MaskedLanguageHead.form(checkpoint, config.legacy()).orElse(null);
            if (form != null) {
                return MaskedLanguageHead.load(
                        checkpoint, kernels, form, hiddenSize, config.hiddenActivation(), config.layerNormEps(), words);
            }
            if (checkpoint.has("qa_outputs.weight")) {
                return QuestionAnsweringHead.load(checkpoint, kernels, hiddenSize);
            }
            if (!checkpoint.has("classifier.weight")) {
                return new EmbeddingHead(hiddenSize);
            }
            int outputs = (int) checkpoint.info("classifier.weight").shape()[0];
            if (checkpoint.has("pooler.dense.weight")) {
                return SequenceClassificationHead.load(
                        checkpoint, kernels, config.poolerActivation(), hiddenSize, outputs);
            }
            return TokenClassificationHead.load(checkpoint, kernels, hiddenSize, outputs);
        }
    }
}
