package io.github.debertastreams.model.kernel;

import java.util.List;

/** Every implementation, for tests outside the package. */
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
}
