package io.github.debertastreams.model.head;

import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Start and end of an answer in a context; the encoding's first text is the question, its second the context. Source: HF {@code
 * DebertaForQuestionAnswering}.
 */
public final class QuestionAnsweringHead implements Head {

    private static final int OUTPUTS = 2;

    private final Linear outputs;
    private final AnswerDecoder decoder;

    private QuestionAnsweringHead(Linear outputs, AnswerDecoder decoder) {
        this.outputs = outputs;
        this.decoder = decoder;
    }

    /** @param topK answers to report, at least one */
    public static QuestionAnsweringHead load(Checkpoint checkpoint, Kernels kernels, int hiddenSize, int topK) {
        float[] weight = checkpoint.floats("qa_outputs.weight", OUTPUTS, hiddenSize);
        float[] bias = checkpoint.floats("qa_outputs.bias", OUTPUTS);
        return new QuestionAnsweringHead(
                Linear.of(kernels, weight, bias, OUTPUTS, hiddenSize), new AnswerDecoder(Math.max(1, topK)));
    }

    /** One row per token: the logit of a start there, and of an end. */
    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        float[] logits = new float[batch.tokens() * OUTPUTS];
        outputs.forward(hiddenStates, batch.tokens(), logits);
        return new Logits(logits, OUTPUTS, batch.rowStarts());
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
        return "question-answering";
    }
}
