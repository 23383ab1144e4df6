package io.github.debertastreams.model.kernel;

import java.util.List;
import java.util.Random;

/** Every implementation, for tests outside the package, and values to try them on. */
public final class KernelsForTests {

    private KernelsForTests() {}

    /** The scalar kernels, and the vector ones: tests run with the Vector API loaded. */
    public static List<Kernels> all() {
        return all(WeightFormat.FP32);
    }

    /** The same, that pack weights in this format. */
    public static List<Kernels> all(WeightFormat weights) {
        return List.of(new ScalarKernels(weights), new VectorKernels(weights));
    }

    /** Normally distributed values, none beyond 3.5. */
    public static float[] random(int length, long seed) {
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) Math.max(-3.5, Math.min(3.5, random.nextGaussian()));
        }
        return values;
    }
}
