package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Encoding;
import java.util.Arrays;
import java.util.List;

/**
 * What is done with a model: a text becomes one or several sequences, and their logits become one typed prediction. Which head
 * made the logits, and on which backend, a task does not know. Threads may share a task.
 */
public sealed interface Task
        permits TextClassification,
                ZeroShotClassification,
                TokenClassification,
                QuestionAnswering,
                FillMask,
                FeatureExtraction,
                Rerank,
                MultipleChoice {

    /** In Hugging Face's words, such as {@code text-classification}. */
    String name();

    /** What makes sequences of texts. */
    TextEncoder encoder();

    /**
     * The sequences that the model reads for one input.
     *
     * @throws io.github.debertastreams.model.error.ModelException of a kind that rejects the input, when this one cannot be read
     */
    EncodedInput encode(TextInput input);

    /** The tokens of a sequence whose logits are needed, ascending; of no meaning where the head reads sequences as a whole. */
    default int[] outputTokens(Encoding sequence) {
        int[] all = new int[sequence.length()];
        Arrays.setAll(all, token -> token);
        return all;
    }

    /** The prediction for one input; the i-th logits are those of its i-th sequence. */
    Prediction decode(EncodedInput input, List<SequenceLogits> logits);
}
