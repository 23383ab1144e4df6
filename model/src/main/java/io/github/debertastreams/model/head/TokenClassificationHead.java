package io.github.debertastreams.model.head;

import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/** Labels of tokens. Source: HF {@code DebertaForTokenClassification} and {@code TokenClassificationPipeline}. */
public final class TokenClassificationHead implements Head {

    private final Linear classifier;
    private final EntityDecoder decoder;

    private TokenClassificationHead(Linear classifier, EntityDecoder decoder) {
        this.classifier = classifier;
        this.decoder = decoder;
    }

    /**
     * Takes the head's weights from a checkpoint.
     *
     * @param labels by id, as many as the classifier has outputs
     * @param aggregate whether adjacent tokens of one type become one entity
     */
    public static TokenClassificationHead load(
            Checkpoint checkpoint, Kernels kernels, int hiddenSize, List<String> labels, boolean aggregate) {
        return new TokenClassificationHead(
                Classifier.load(checkpoint, kernels, hiddenSize, labels), new EntityDecoder(labels, aggregate));
    }

    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        float[] logits = new float[batch.tokens() * classifier.outputs()];
        classifier.forward(hiddenStates, batch.tokens(), logits);
        return new Logits(logits, classifier.outputs(), batch.rowStarts());
    }

    @Override
    public List<Prediction> decode(Logits logits, List<Encoding> encodings, TokenSpelling spelling) {
        List<Prediction> predictions = new ArrayList<>(encodings.size());
        for (int text = 0; text < encodings.size(); text++) {
            predictions.add(decoder.decode(logits, logits.rowStarts()[text], encodings.get(text), spelling));
        }
        return predictions;
    }

    @Override
    public String task() {
        return "token-classification";
    }
}
