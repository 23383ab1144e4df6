package io.github.debertastreams.model.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs every kernel on small arrays until the compiler has finished with it: before that, code on the Vector API is a thousand times
 * slower, and the first record would wait seconds.
 */
final class WarmUp {

    private static final int ROUND_CALLS = 40;
    private static final int INNER = 96;
    private static final long MOST_NANOS = 3_000_000_000L;
    /** What compiled code is faster than interpreted code, at least. */
    private static final long GAIN = 40;

    /** One kernel, and how long its calls took. */
    private static final class Step {
        private final Runnable call;
        private long first;
        private boolean fast;

        Step(Runnable call) {
            this.call = call;
        }

        void round() {
            for (int number = 0; number < ROUND_CALLS && !fast; number++) {
                long start = System.nanoTime();
                call.run();
                long nanos = System.nanoTime() - start;
                first = first == 0 ? nanos : first;
                fast = nanos * GAIN < first;
            }
        }
    }

    private WarmUp() {}

    /** By turns, so that some kernels run while others are being compiled. */
    static void run(Kernels kernels) {
        List<Step> steps = steps(kernels);
        long end = System.nanoTime() + MOST_NANOS;
        while (System.nanoTime() < end && steps.stream().anyMatch(step -> !step.fast)) {
            steps.forEach(Step::round);
        }
    }

    private static List<Step> steps(Kernels kernels) {
        float[] values = new float[1 << 14];
        float[] others = new float[1 << 14];
        List<Step> steps = new ArrayList<>();
        for (int rows : new int[] {1, 2, 4, 24}) {
            for (int columns : new int[] {kernels.packedWidth(0), kernels.panelWidth(), kernels.panelWidth() + 1}) {
                PackedMatrix matrix = PackedMatrix.transposed(
                        new float[columns * INNER], columns, INNER, kernels.packedWidth(columns));
                float[] bias = new float[columns];
                float[] out = new float[rows * columns];
                steps.add(new Step(() -> kernels.gemm(values, 0, rows, matrix, bias, out, 0)));
            }
            int width = kernels.panelWidth();
            steps.add(new Step(() ->
                    kernels.multiply(values, 0, INNER, rows, others, 0, width, INNER, values, 8000, width, width)));
        }
        steps.add(new Step(() -> kernels.addWeightedRows(values, 0, others, 0, 64, INNER, values, 8000, 64)));
        steps.add(new Step(() -> kernels.rowProducts(values, 2, others, INNER, new float[18], values)));
        steps.add(new Step(() -> kernels.add(values, 0, others, 0, 1000)));
        steps.add(new Step(() -> kernels.softmax(values, 0, 1000)));
        steps.add(new Step(() -> kernels.layerNorm(values, 0, 768, others, others, 1e-7f)));
        steps.add(new Step(() -> kernels.gelu(values, 0, 1000)));
        return steps;
    }
}
