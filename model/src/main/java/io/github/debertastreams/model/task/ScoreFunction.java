package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;

/** What turns logits into scores; Hugging Face's {@code function_to_apply}. */
public enum ScoreFunction {
    SOFTMAX,
    SIGMOID,
    NONE;

    /** Rounded to single precision, as Hugging Face's: what is as good as certain there ties here too. */
    double[] apply(SequenceLogits logits, int row) {
        double[] scores = new double[logits.columns()];
        for (int column = 0; column < scores.length; column++) {
            double logit = logits.get(row, column);
            scores[column] = this == SIGMOID ? Scores.sigmoid(logit) : logit;
        }
        if (this == SOFTMAX) {
            scores = Scores.softmax(scores);
        }
        for (int column = 0; column < scores.length; column++) {
            scores[column] = (float) scores[column];
        }
        return scores;
    }
}
