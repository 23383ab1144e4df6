package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;

/** What turns logits into scores; Hugging Face's {@code function_to_apply}. */
public enum ScoreFunction {
    SOFTMAX,
    SIGMOID,
    NONE;

    double[] apply(SequenceLogits logits, int row) {
        if (this == SOFTMAX) {
            return Scores.softmax(logits.values(), logits.rowOffset(row), logits.columns());
        }
        double[] scores = new double[logits.columns()];
        for (int column = 0; column < scores.length; column++) {
            double logit = logits.get(row, column);
            scores[column] = this == SIGMOID ? Scores.sigmoid(logit) : logit;
        }
        return scores;
    }
}
