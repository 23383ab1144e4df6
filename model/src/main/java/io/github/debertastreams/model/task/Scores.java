package io.github.debertastreams.model.task;

/** Logits to probabilities, in double. */
final class Scores {

    private Scores() {}

    static double[] softmax(float[] logits, int offset, int length) {
        double[] row = new double[length];
        for (int i = 0; i < length; i++) {
            row[i] = logits[offset + i];
        }
        return softmax(row);
    }

    static double[] softmax(double[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit);
        }
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i] - max);
            sum += probabilities[i];
        }
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }
}
