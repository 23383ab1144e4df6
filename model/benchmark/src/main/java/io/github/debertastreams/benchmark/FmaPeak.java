package io.github.debertastreams.benchmark;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The fused multiply-adds that one thread can do at most, measured: as many independent sums as hide their latency. */
final class FmaPeak {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEPS = 200_000;
    private static final int SUMS = 12;

    private FmaPeak() {}

    /** GFLOP/s of the best of some passes; a multiply-add counts as two. */
    static double gigaflops() {
        double best = 0;
        float sink = 0;
        for (int pass = 0; pass < 400; pass++) {
            long start = System.nanoTime();
            sink += pass(1e-6f * pass);
            double nanos = System.nanoTime() - start;
            best = Math.max(best, 2.0 * STEPS * SUMS * SPECIES.length() / nanos);
        }
        if (Float.isNaN(sink)) {
            throw new IllegalStateException("not a number");
        }
        return best;
    }

    private static float pass(float seed) {
        FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector y = FloatVector.broadcast(SPECIES, seed);
        FloatVector s0 = y;
        FloatVector s1 = y;
        FloatVector s2 = y;
        FloatVector s3 = y;
        FloatVector s4 = y;
        FloatVector s5 = y;
        FloatVector s6 = y;
        FloatVector s7 = y;
        FloatVector s8 = y;
        FloatVector s9 = y;
        FloatVector s10 = y;
        FloatVector s11 = y;
        for (int step = 0; step < STEPS; step++) {
            s0 = s0.fma(x, y);
            s1 = s1.fma(x, y);
            s2 = s2.fma(x, y);
            s3 = s3.fma(x, y);
            s4 = s4.fma(x, y);
            s5 = s5.fma(x, y);
            s6 = s6.fma(x, y);
            s7 = s7.fma(x, y);
            s8 = s8.fma(x, y);
            s9 = s9.fma(x, y);
            s10 = s10.fma(x, y);
            s11 = s11.fma(x, y);
        }
        return s0.add(s1)
                .add(s2)
                .add(s3)
                .add(s4)
                .add(s5)
                .add(s6)
                .add(s7)
                .add(s8)
                .add(s9)
                .add(s10)
                .add(s11)
                .reduceLanes(VectorOperators.ADD);
    }
}
