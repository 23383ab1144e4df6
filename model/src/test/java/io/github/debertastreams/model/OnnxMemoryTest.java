package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.token.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Resident memory over many runs and openings; minutes long, so only with {@code -Donnx.memory=true}, on Linux. */
@EnabledIfSystemProperty(named = "onnx.memory", matches = "true", disabledReason = "takes minutes; -Donnx.memory=true")
class OnnxMemoryTest {

    private static final ModelOptions OPTIONS = ModelOptions.builder(Path.of("demo/intents"))
            .backend(BackendContract.ONNX)
            .build();
    private static final int RUNS = 10_000;
    private static final int OPENINGS = 50;
    private static final long ALLOWED_KILOBYTES = 64 << 10;

    @Test
    void runsOfChangingShapesLeaveNothingBehind() throws IOException {
        Random random = new Random(1);
        try (TensorModel model = TensorModel.open(OPTIONS)) {
            run(model, random, RUNS / 10);
            long before = residentKilobytes();
            run(model, random, RUNS);
            assertThat(residentKilobytes()).isLessThan(before + ALLOWED_KILOBYTES);
        }
    }

    @Test
    void openingAndClosingLeavesNothingBehind() throws IOException {
        open(OPENINGS / 5);
        long before = residentKilobytes();
        open(OPENINGS);
        assertThat(residentKilobytes()).isLessThan(before + ALLOWED_KILOBYTES);
    }

    private static void open(int times) {
        for (int i = 0; i < times; i++) {
            TensorModel.open(OPTIONS).close();
        }
    }

    private static void run(TensorModel model, Random random, int times) {
        for (int i = 0; i < times; i++) {
            int[] rowStarts = new int[2 + random.nextInt(16)];
            int longest = 1 + random.nextInt(128);
            for (int row = 1; row < rowStarts.length; row++) {
                rowStarts[row] = rowStarts[row - 1] + 1 + random.nextInt(longest);
            }
            int tokens = rowStarts[rowStarts.length - 1];
            int[] positions = new int[tokens];
            for (int row = 1; row < rowStarts.length; row++) {
                for (int token = rowStarts[row - 1]; token < rowStarts[row]; token++) {
                    positions[token] = token - rowStarts[row - 1];
                }
            }
            int[] ids = random.ints(tokens, 1, 1000).toArray();
            model.forward(new TokenBatch(ids, new int[tokens], positions, positions, rowStarts), EncoderTrace.NONE);
        }
    }

    private static long residentKilobytes() throws IOException {
        System.gc();
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(each -> each.startsWith("VmRSS"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", ""));
    }
}
