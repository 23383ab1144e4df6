package io.github.debertastreams.model.task;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.Classification.LabelScore;
import io.github.debertastreams.model.token.Truncation;
import java.util.List;

/**
 * How well a text, the input's second, answers a query, its first: the one logit of a cross-encoder. A long text's windows run over
 * the second text, and its best window counts unless the mean is asked for.
 *
 * @param label of the model's one output
 */
public record Rerank(TextEncoder encoder, String label, ScoreFunction function, WindowMerge merge) implements Task {

    @Override
    public String name() {
        return "rerank";
    }

    @Override
    public EncodedInput encode(TextInput input) {
        if (input.textPair() == null) {
            throw ModelException.invalidInput("rerank needs a pair: the query, and the text as text_pair");
        }
        return encoder.encode(
                input, encoder.longText() == LongText.WINDOW ? Truncation.ONLY_SECOND : Truncation.LONGEST_FIRST);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        double score = LabelScores.merge(logits, function, merge)[0];
        return new Classification(List.of(new LabelScore(label, score)));
    }
}
