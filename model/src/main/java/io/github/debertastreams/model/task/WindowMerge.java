package io.github.debertastreams.model.task;

/** How the scores that the windows of a text have become those of the text. */
public enum WindowMerge {
    /** What holds for the text on the whole; probabilities stay probabilities. */
    MEAN {
        @Override
        double of(double[] windows) {
            double sum = 0;
            for (double score : windows) {
                sum += score;
            }
            return sum / windows.length;
        }
    },
    /** What holds anywhere in the text. */
    MAX {
        @Override
        double of(double[] windows) {
            double max = Double.NEGATIVE_INFINITY;
            for (double score : windows) {
                max = Math.max(max, score);
            }
            return max;
        }
    };

    abstract double of(double[] windows);
}
