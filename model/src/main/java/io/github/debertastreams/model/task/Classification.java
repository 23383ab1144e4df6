package io.github.debertastreams.model.task;

import java.util.List;

/** The labels of a text, highest score first. */
public record Classification(List<LabelScore> labels) implements Prediction {

    /** @param score a probability, or the raw logit where the model regresses */
    public record LabelScore(String label, double score) {}

    public Classification {
        labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("a classification has at least one label");
        }
    }

    public LabelScore best() {
        return labels.get(0);
    }
}
