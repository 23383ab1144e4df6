package io.github.debertastreams.benchmark;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Products of one matrix with several weights in turn, as the layers of an encoder are, so that no weight waits in the nearest cache.
 *
 * @param left {@code [rows, inner]}
 * @param weights each {@code [columns, inner]}
 */
record Products(int rows, int inner, int columns, float[] left, List<float[]> weights) {

    private static final int LAYERS = 12;
    private static final long SEED = 7;

    static Products random(int rows, int inner, int columns) {
        Random random = new Random(SEED);
        List<float[]> weights = IntStream.range(0, LAYERS)
                .mapToObj(layer -> uniform(random, Math.multiplyExact(columns, inner)))
                .toList();
        return new Products(rows, inner, columns, uniform(random, Math.multiplyExact(rows, inner)), weights);
    }

    private static float[] uniform(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    /** A multiply-add counts as two. */
    double operations() {
        return 2.0 * rows * inner * columns * weights.size();
    }
}
