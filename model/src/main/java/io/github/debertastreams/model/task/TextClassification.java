package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Truncation;
import java.util.List;

/**
 * Labels of a text, or of a pair of texts. Source: HF {@code TextClassificationPipeline}. Of a text in windows each label has the
 * mean, or the maximum, of its scores in the windows.
 *
 * @param labels by id
 * @param function what turns logits into scores
 */
public record TextClassification(
        TextEncoder encoder, List<String> labels, ScoreFunction function, WindowMerge merge, TaskOptions options)
        implements Task {

    private static final int DEFAULT_TOP_K = 1;

    public TextClassification {
        labels = List.copyOf(labels);
    }

    @Override
    public String name() {
        return "text-classification";
    }

    /** Windows of a pair run over its first text. */
    @Override
    public EncodedInput encode(TextInput input) {
        boolean windowsOfPair = input.textPair() != null && encoder.longText() == LongText.WINDOW;
        return encoder.encode(input, windowsOfPair ? Truncation.ONLY_FIRST : Truncation.LONGEST_FIRST);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        double[] scores = LabelScores.merge(logits, function, merge);
        return new Classification(options.top(LabelScores.ranked(labels, scores), DEFAULT_TOP_K));
    }
}
