package io.github.debertastreams.benchmark;

/** Whether contestants computed the same. */
final class Differences {

    private Differences() {}

    /** The largest of any element; not a number where there are more of one than of the other. */
    static double largest(float[] own, float[] theirs) {
        double largest = theirs.length == own.length ? 0 : Double.NaN;
        for (int i = 0; i < Math.min(own.length, theirs.length); i++) {
            largest = Math.max(largest, Math.abs(own[i] - theirs[i]));
        }
        return largest;
    }
}
