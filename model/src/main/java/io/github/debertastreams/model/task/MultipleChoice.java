package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Truncation;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of the input's candidates goes with its text: a pair for each, the softmax over their logits. Source: HF {@code
 * DebertaV2ForMultipleChoice}; there is no pipeline.
 */
public record MultipleChoice(TextEncoder encoder, TaskOptions options) implements Task {

    @Override
    public String name() {
        return "multiple-choice";
    }

    @Override
    public EncodedInput encode(TextInput input) {
        List<Encoding> sequences = new ArrayList<>();
        boolean truncated = false;
        for (String choice : options.candidates(input)) {
            Encoding pair = encoder.first(input.text(), choice, Truncation.LONGEST_FIRST);
            sequences.add(pair);
            truncated |= pair.truncated();
        }
        return new EncodedInput(input, sequences, truncated);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        List<String> choices = options.candidates(input.input());
        double[] scores = Scores.softmax(
                logits.stream().mapToDouble(choice -> choice.get(0, 0)).toArray());
        return new Classification(options.top(LabelScores.ranked(choices, scores), 0));
    }
}
