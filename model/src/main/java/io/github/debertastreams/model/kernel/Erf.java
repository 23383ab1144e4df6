package io.github.debertastreams.model.kernel;

/**
 * The error function as {@code 1 - t(a1 + t(a2 + …))·exp(-x²)}, {@code t = 1/(1 + px)}, x ≥ 0; within 1.5e-7. Source: Abramowitz
 * and Stegun, Handbook of Mathematical Functions, 7.1.26.
 */
final class Erf {

    static final float P = 0.3275911f;
    static final float A1 = 0.254829592f;
    static final float A2 = -0.284496736f;
    static final float A3 = 1.421413741f;
    static final float A4 = -1.453152027f;
    static final float A5 = 1.061405429f;

    private Erf() {}

    static double of(double x) {
        double magnitude = Math.abs(x);
        double t = 1 / (1 + P * magnitude);
        double polynomial = ((((A5 * t + A4) * t + A3) * t + A2) * t + A1) * t;
        return Math.copySign(1 - polynomial * Math.exp(-magnitude * magnitude), x);
    }
}
