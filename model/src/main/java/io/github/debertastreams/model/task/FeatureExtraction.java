package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Truncation;
import java.util.List;

/**
 * The hidden states of a text's tokens, or one vector made of them. Source: HF {@code FeatureExtractionPipeline}, which knows no
 * pooling. Of a text in windows, the mean is that of all windows' tokens, and the first token's vector the mean of the windows'.
 */
public record FeatureExtraction(TextEncoder encoder, Pooling pooling, boolean normalize) implements Task {

    private static final int[] FIRST = {0};

    @Override
    public String name() {
        return "feature-extraction";
    }

    @Override
    public EncodedInput encode(TextInput input) {
        return encoder.encode(input, Truncation.LONGEST_FIRST);
    }

    @Override
    public int[] outputTokens(Encoding sequence) {
        return pooling == Pooling.CLS && sequence.length() > 0 ? FIRST : Task.super.outputTokens(sequence);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        if (pooling == Pooling.NONE) {
            SequenceLogits tokens = logits.get(0);
            float[] vectors = new float[tokens.rows() * tokens.columns()];
            System.arraycopy(tokens.values(), tokens.offset(), vectors, 0, vectors.length);
            for (int token = 0; normalize && token < tokens.rows(); token++) {
                normalize(vectors, token * tokens.columns(), tokens.columns());
            }
            return new TokenEmbeddings(vectors, tokens.columns());
        }
        float[] mean = mean(logits);
        if (normalize) {
            normalize(mean, 0, mean.length);
        }
        return new Embedding(mean);
    }

    private static float[] mean(List<SequenceLogits> windows) {
        float[] mean = new float[windows.get(0).columns()];
        int rows = windows.stream().mapToInt(SequenceLogits::rows).sum();
        for (int column = 0; column < mean.length && rows > 0; column++) {
            double sum = 0;
            for (SequenceLogits window : windows) {
                for (int row = 0; row < window.rows(); row++) {
                    sum += window.get(row, column);
                }
            }
            mean[column] = (float) (sum / rows);
        }
        return mean;
    }

    /** A zero vector stays one. */
    private static void normalize(float[] values, int offset, int length) {
        double squares = 0;
        for (int i = offset; i < offset + length; i++) {
            squares += (double) values[i] * values[i];
        }
        double norm = Math.max(Math.sqrt(squares), 1e-12); // as torch.nn.functional.normalize
        for (int i = offset; i < offset + length; i++) {
            values[i] = (float) (values[i] / norm);
        }
    }
}
