package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.Classification.LabelScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One score per label from the logits of one or several windows. */
final class LabelScores {

    private LabelScores() {}

    /** @param windows one row of logits each, of as many columns as there are labels */
    static double[] merge(List<SequenceLogits> windows, ScoreFunction function, WindowMerge merge) {
        double[][] scores = new double[windows.size()][];
        for (int window = 0; window < scores.length; window++) {
            scores[window] = function.apply(windows.get(window), 0);
        }
        double[] merged = new double[scores[0].length];
        double[] ofLabel = new double[scores.length];
        for (int label = 0; label < merged.length; label++) {
            for (int window = 0; window < scores.length; window++) {
                ofLabel[window] = scores[window][label];
            }
            merged[label] = merge.of(ofLabel);
        }
        return merged;
    }

    /** Each label with its score, highest first; of equal ones the first. */
    static List<LabelScore> ranked(List<String> labels, double[] scores) {
        List<LabelScore> ranked = new ArrayList<>(scores.length);
        for (int label = 0; label < scores.length; label++) {
            ranked.add(new LabelScore(labels.get(label), scores[label]));
        }
        ranked.sort(Comparator.comparingDouble(LabelScore::score).reversed());
        return ranked;
    }
}
