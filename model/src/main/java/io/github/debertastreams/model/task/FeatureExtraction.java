package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Truncation;
import java.util.List;

/** The mean of a text's hidden states. */
public record FeatureExtraction(TextEncoder encoder) implements Task {

    @Override
    public String name() {
        return "feature-extraction";
    }

    @Override
    public EncodedInput encode(TextInput input) {
        return encoder.encode(input, Truncation.LONGEST_FIRST);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        SequenceLogits hiddenStates = logits.get(0);
        float[] mean = new float[hiddenStates.columns()];
        for (int column = 0; column < mean.length; column++) {
            double sum = 0;
            for (int token = 0; token < hiddenStates.rows(); token++) {
                sum += hiddenStates.get(token, column);
            }
            mean[column] = hiddenStates.rows() == 0 ? 0 : (float) (sum / hiddenStates.rows());
        }
        return new Embedding(mean);
    }
}
