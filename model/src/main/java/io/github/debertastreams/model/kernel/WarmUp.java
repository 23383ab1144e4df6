package io.github.debertastreams.model.kernel;

import io.github.debertastreams.model.weights.MatrixRows;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs every vector kernel on small arrays until the compiler has finished with it: before that, each vector operation makes objects
 * and costs a thousand times as much, and the first record would wait seconds.
 */
final class WarmUp {

    /** Between C1's code, some hundreds of nanoseconds for one turn of a kernel's loop, and C2's, tens of nanoseconds at most. */
    private static final long COMPILED_NANOS = 100;

    /** The longer the compiler's queue, the more turns it asks of each kernel before it begins. */
    private static final int AT_ONCE = 3;

    private static final int ROUND_CALLS = 3;
    private static final int TURNS = 24;
    private static final int SHORT_CALLS = 300;

    /** Floats that no vector is filled by. */
    private static final int REMAINDER = 3;

    private static final MatrixRows NOTHING = (row, to, offset) -> {};
    private static final long MOST_NANOS = 6_000_000_000L;

    /** One kernel. */
    private static final class Step {
        private final Runnable call;
        private final Runnable shortCall;
        private final int shortCalls;
        private boolean compiled;

        /** @param call {@link #TURNS} turns of the innermost loop */
        Step(Runnable call) {
            this(call, call, 0);
        }

        /** @param shortCall the same, too short for a vector: the compiler counts it too, and the interpreter has little to do */
        Step(Runnable call, Runnable shortCall) {
            this(call, shortCall, SHORT_CALLS);
        }

        private Step(Runnable call, Runnable shortCall, int shortCalls) {
            this.call = call;
            this.shortCall = shortCall;
            this.shortCalls = shortCalls;
        }

        void round() {
            for (int number = 0; number < ROUND_CALLS && !compiled; number++) {
                for (int each = 0; each < shortCalls; each++) {
                    shortCall.run();
                }
                long start = System.nanoTime();
                call.run();
                compiled = System.nanoTime() - start < COMPILED_NANOS * TURNS;
            }
        }
    }

    private WarmUp() {}

    /** Few at a time: while one is being compiled, the next one has its turns. */
    static void run(VectorKernels kernels) {
        List<Step> waiting = steps(kernels);
        long end = System.nanoTime() + MOST_NANOS;
        while (!waiting.isEmpty() && System.nanoTime() < end) {
            waiting.stream().limit(AT_ONCE).forEach(Step::round);
            waiting.removeIf(step -> step.compiled);
        }
    }

    private static List<Step> steps(VectorKernels kernels) {
        float[] values = new float[1 << 12];
        float[] others = new float[1 << 12];
        int width = VectorTiles.WIDTH;
        PackedMatrix packed = PackedMatrix.transposed(NOTHING, width, TURNS, width);
        PackedMatrix paired = kernels.pack(NOTHING, width, TURNS);
        List<Step> steps = new ArrayList<>();
        int floats = TURNS * width / 2 + REMAINDER;
        steps.add(new Step(() -> kernels.softmax(values, 0, floats), () -> kernels.softmax(values, 0, REMAINDER)));
        steps.add(new Step(() -> kernels.gelu(values, 0, floats), () -> kernels.gelu(values, 0, REMAINDER)));
        steps.add(new Step(
                () -> kernels.layerNorm(values, 0, floats, others, others, 1e-7f),
                () -> kernels.layerNorm(values, 0, REMAINDER, others, others, 1e-7f)));
        for (Tile<float[]> tile : VectorTiles.PACKED.tiles()) {
            steps.add(product(kernels, tile.rows(), packed));
        }
        for (Tile<int[]> tile : VectorTiles.PAIRED.tiles()) {
            if (paired.isPaired()) {
                steps.add(product(kernels, tile.rows(), paired));
            }
        }
        for (Tile<float[]> tile : VectorTiles.PLAIN.tiles()) {
            steps.add(new Step(() -> kernels.multiply(
                    values, 0, TURNS, tile.rows(), others, 0, width, TURNS, values, 2000, width, width)));
        }
        Tile<float[]> tallest = VectorTiles.PACKED.tallest();
        if (tallest.ahead() != null) {
            steps.add(product(kernels, tallest.rows(), PackedMatrix.transposed(NOTHING, 2 * width, TURNS, width)));
        }
        steps.add(new Step(() -> kernels.addWeightedRows(values, 0, others, 0, width, TURNS, values, 2000, width / 2)));
        steps.add(new Step(() -> kernels.rowProducts(values, 1, others, floats, new float[4], values)));
        steps.add(new Step(() -> kernels.add(values, 0, others, 0, floats)));
        return steps;
    }

    private static Step product(Kernels kernels, int rows, PackedMatrix matrix) {
        float[] a = new float[rows * TURNS];
        float[] bias = new float[matrix.columns()];
        float[] out = new float[rows * matrix.columns()];
        return new Step(() -> kernels.gemm(a, 0, rows, matrix, bias, out, 0));
    }
}
