package io.github.debertastreams.model.task;

/** Logits to probabilities, in double. */
final class Scores {

    private Scores() {}

    static double[] softmax(float[] logits, int offset, int length) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, logits[offset + i]);
        }
        double[] probabilities = new double[length];
        double sum = 0;
        for (int i = 0; i < length; i++) {
            probabilities[i] = Math.exp(logits[offset + i] - max);
            sum += probabilities[i];
        }
        for (int i = 0; i < length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }
}
