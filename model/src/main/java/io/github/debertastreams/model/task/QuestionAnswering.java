package io.github.debertastreams.model.task;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Truncation;
import java.util.List;

/**
 * Answers to a question, the input's first text, from a context, its second.
 *
 * @param topK answers to report, at least one
 */
public record QuestionAnswering(TextEncoder encoder, int topK) implements Task {

    @Override
    public String name() {
        return "question-answering";
    }

    @Override
    public EncodedInput encode(TextInput input) {
        if (input.textPair() == null) {
            throw ModelException.invalidInput(
                    "question answering needs a pair: the question, and the context as text_pair");
        }
        return encoder.encode(input, Truncation.ONLY_SECOND);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        return new AnswerDecoder(topK)
                .decode(logits.get(0), input.sequences().get(0), TokenSpelling.of(encoder.tokenizer()));
    }
}
