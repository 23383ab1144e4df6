package io.github.debertastreams.model.task;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Truncation;
import java.util.List;
import java.util.Objects;

/**
 * Answers to a question, the input's first text, from a context, its second. Source: HF {@code QuestionAnsweringPipeline} of
 * transformers 4.x; version 5 has none.
 *
 * @param clsId the token that stands for "no answer"; -1: the tokenizer has none
 */
public record QuestionAnswering(TextEncoder encoder, int clsId, TaskOptions options) implements Task {

    private static final int DEFAULT_TOP_K = 1;

    @Override
    public String name() {
        return "question-answering";
    }

    /** Windows run over the context. */
    @Override
    public EncodedInput encode(TextInput input) {
        if (input.textPair() == null) {
            throw ModelException.invalidInput(
                    "question answering needs a pair: the question, and the context as text_pair");
        }
        if (input.text().isEmpty() || input.textPair().isEmpty()) {
            throw ModelException.invalidInput("question answering needs a question and a context that are not empty");
        }
        return encoder.encode(input, Truncation.ONLY_SECOND);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        int topK = options.topK() == null ? DEFAULT_TOP_K : options.topK();
        AnswerDecoder decoder = new AnswerDecoder(
                Objects.requireNonNull(input.input().textPair()),
                clsId,
                topK,
                options.maxAnswerLength(),
                options.impossibleAnswer());
        for (int window = 0; window < logits.size(); window++) {
            decoder.add(logits.get(window), input.sequences().get(window));
        }
        return decoder.answers();
    }
}
