package io.github.debertastreams.benchmark;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The fused multiply-adds that one thread can do at most, measured: as many independent sums as hide their latency. The sum is what is added
 * to: the processor's instruction overwrites it, where it would have to be copied first as a factor.
 */
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
            s0 = x.fma(y, s0);
            s1 = x.fma(y, s1);
            s2 = x.fma(y, s2);
            s3 = x.fma(y, s3);
            s4 = x.fma(y, s4);
            s5 = x.fma(y, s5);
            s6 = x.fma(y, s6);
            s7 = x.fma(y, s7);
            s8 = x.fma(y, s8);
            s9 = x.fma(y, s9);
            s10 = x.fma(y, s10);
            s11 = x.fma(y, s11);
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
