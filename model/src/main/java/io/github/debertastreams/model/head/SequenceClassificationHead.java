package io.github.debertastreams.model.head;

import io.github.debertastreams.model.head.Classification.LabelScore;
import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Labels of a whole text. Source: HF {@code DebertaForSequenceClassification} and {@code TextClassificationPipeline}.
 */
public final class SequenceClassificationHead implements Head {

    /** What turns logits into scores; the pipeline's {@code function_to_apply}. */
    public enum ScoreFunction {
        SOFTMAX,
        SIGMOID,
        NONE
    }

    private final ContextPooler pooler;
    private final Linear classifier;
    private final List<String> labels;
    private final ScoreFunction scoreFunction;
    private final int topK;

    private SequenceClassificationHead(
            ContextPooler pooler, Linear classifier, List<String> labels, ScoreFunction scoreFunction, int topK) {
        this.pooler = pooler;
        this.classifier = classifier;
        this.labels = labels;
        this.scoreFunction = scoreFunction;
        this.topK = topK;
    }

    /**
     * Takes the head's weights from a checkpoint.
     *
     * @param labels by id, as many as the classifier has outputs
     * @param topK labels to report; 0: all
     */
    public static SequenceClassificationHead load(
            Checkpoint checkpoint,
            Kernels kernels,
            Activation poolerActivation,
            int hiddenSize,
            List<String> labels,
            ScoreFunction scoreFunction,
            int topK) {
        return new SequenceClassificationHead(
                ContextPooler.load(checkpoint, kernels, poolerActivation, hiddenSize),
                Classifier.load(checkpoint, kernels, hiddenSize, labels),
                labels,
                scoreFunction,
                topK);
    }

    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        float[] logits = new float[batch.rows() * classifier.outputs()];
        classifier.forward(pooler.forward(hiddenStates, batch), batch.rows(), logits);
        return Logits.perText(logits, classifier.outputs(), batch.rows());
    }

    @Override
    public List<Prediction> decode(Logits logits, List<Encoding> encodings, TokenSpelling spelling) {
        List<Prediction> predictions = new ArrayList<>(logits.texts());
        for (int text = 0; text < logits.texts(); text++) {
            double[] scores = scores(logits.values(), text * logits.columns());
            List<LabelScore> ranked = new ArrayList<>(scores.length);
            for (int label = 0; label < scores.length; label++) {
                ranked.add(new LabelScore(labels.get(label), scores[label]));
            }
            ranked.sort(Comparator.comparingDouble(LabelScore::score).reversed()); // stable: ties keep the ids' order
            predictions.add(new Classification(topK == 0 ? ranked : ranked.subList(0, Math.min(topK, ranked.size()))));
        }
        return predictions;
    }

    @Override
    public String task() {
        return "text-classification";
    }

    private double[] scores(float[] logits, int offset) {
        if (scoreFunction == ScoreFunction.SOFTMAX) {
            return Scores.softmax(logits, offset, labels.size());
        }
        double[] scores = new double[labels.size()];
        for (int label = 0; label < scores.length; label++) {
            double logit = logits[offset + label];
            scores[label] = scoreFunction == ScoreFunction.SIGMOID ? Scores.sigmoid(logit) : logit;
        }
        return scores;
    }
}
