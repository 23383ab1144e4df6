package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.Classification.LabelScore;
import io.github.debertastreams.model.token.Truncation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Labels of a whole text. Source: HF {@code TextClassificationPipeline}.
 *
 * @param labels by id
 * @param topK labels to report; 0: all
 */
public record TextClassification(TextEncoder encoder, List<String> labels, ScoreFunction scoreFunction, int topK)
        implements Task {

    public TextClassification {
        labels = List.copyOf(labels);
    }

    @Override
    public String name() {
        return "text-classification";
    }

    @Override
    public EncodedInput encode(TextInput input) {
        return encoder.encode(input, Truncation.LONGEST_FIRST);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        double[] scores = scoreFunction.apply(logits.get(0), 0);
        List<LabelScore> ranked = new ArrayList<>(scores.length);
        for (int label = 0; label < scores.length; label++) {
            ranked.add(new LabelScore(labels.get(label), scores[label]));
        }
        ranked.sort(Comparator.comparingDouble(LabelScore::score).reversed()); // stable: ties keep the ids' order
        return new Classification(topK == 0 ? ranked : ranked.subList(0, Math.min(topK, ranked.size())));
    }
}
