package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.Classification.LabelScore;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Truncation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Candidate labels of a text, from a model of entailment: the text is the premise, each label a hypothesis. Source: HF {@code
 * ZeroShotClassificationPipeline}. Of a text in windows, a label has the mean, or the maximum, of its windows: of their entailment
 * logits where the labels exclude each other, of their probabilities where they do not.
 *
 * @param entailmentId the output that says that the hypothesis follows
 * @param outputs of the model
 */
public record ZeroShotClassification(
        TextEncoder encoder, int entailmentId, int outputs, WindowMerge merge, TaskOptions options) implements Task {

    @Override
    public String name() {
        return "zero-shot-classification";
    }

    /** The sequences of the first label, then those of the second, and so on. */
    @Override
    public EncodedInput encode(TextInput input) {
        List<Encoding> sequences = new ArrayList<>();
        boolean truncated = false;
        for (String label : options.candidates(input)) {
            String hypothesis = options.hypothesisTemplate().replace(TaskOptions.PLACEHOLDER, label);
            Encoding first = encoder.first(input.text(), hypothesis, Truncation.ONLY_FIRST);
            sequences.addAll(encoder.windows(first));
            truncated |= encoder.truncated(first);
        }
        return new EncodedInput(input, sequences, truncated);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        List<String> labels = options.candidates(input.input());
        double[] scores = new double[labels.size()];
        boolean independent = options.multiLabel() || labels.size() == 1;
        int start = 0;
        for (int label = 0; label < scores.length; label++) {
            int windows = encoder.windows(input.sequences().get(start)).size();
            double[] ofWindows = new double[windows];
            for (int window = 0; window < windows; window++) {
                SequenceLogits row = logits.get(start + window);
                ofWindows[window] = independent ? againstContradiction(row) : row.get(0, entailmentId);
            }
            scores[label] = merge.of(ofWindows);
            start += windows;
        }
        return new Classification(options.top(ranked(labels, independent ? scores : Scores.softmax(scores)), 0));
    }

    /** The probability of entailment where the alternative is contradiction: the last output if entailment is the first one. */
    private double againstContradiction(SequenceLogits logits) {
        int contradictionId = entailmentId == 0 ? outputs - 1 : 0;
        return Scores.sigmoid((double) logits.get(0, entailmentId) - logits.get(0, contradictionId));
    }

    /** Highest score first; of equal ones the last, as in a reversed ascending order. */
    private static List<LabelScore> ranked(List<String> labels, double[] scores) {
        List<LabelScore> ranked = new ArrayList<>(scores.length);
        for (int label = scores.length - 1; label >= 0; label--) {
            ranked.add(new LabelScore(labels.get(label), scores[label]));
        }
        ranked.sort(Comparator.comparingDouble(LabelScore::score).reversed());
        return ranked;
    }
}
