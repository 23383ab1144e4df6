package io.github.debertastreams.model.head;

import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bare model: hidden states out, and as a prediction their mean over a text's tokens. */
public final class EmbeddingHead implements Head {

    private final int hiddenSize;

    public EmbeddingHead(int hiddenSize) {
        this.hiddenSize = hiddenSize;
    }

    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        return new Logits(Arrays.copyOf(hiddenStates, batch.tokens() * hiddenSize), hiddenSize, batch.rowStarts());
    }

    @Override
    public List<Prediction> decode(Logits logits, List<Encoding> encodings, TokenSpelling spelling) {
        List<Prediction> predictions = new ArrayList<>(logits.texts());
        for (int text = 0; text < logits.texts(); text++) {
            int first = logits.rowStarts()[text];
            int end = logits.rowStarts()[text + 1];
            float[] mean = new float[hiddenSize];
            for (int column = 0; column < hiddenSize; column++) {
                double sum = 0;
                for (int row = first; row < end; row++) {
                    sum += logits.values()[row * hiddenSize + column];
                }
                mean[column] = end == first ? 0 : (float) (sum / (end - first));
            }
            predictions.add(new Embedding(mean));
        }
        return predictions;
    }

    @Override
    public String task() {
        return "feature-extraction";
    }
}
