package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Truncation;
import java.util.List;

/**
 * Entities of a text. Source: HF {@code TokenClassificationPipeline}.
 *
 * @param labels by id
 */
public record TokenClassification(TextEncoder encoder, List<String> labels, Aggregation aggregation) implements Task {

    public TokenClassification {
        labels = List.copyOf(labels);
    }

    @Override
    public String name() {
        return "token-classification";
    }

    @Override
    public EncodedInput encode(TextInput input) {
        return encoder.encode(input, Truncation.LONGEST_FIRST);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        return new EntityDecoder(labels, aggregation == Aggregation.SIMPLE)
                .decode(logits.get(0), input.sequences().get(0), TokenSpelling.of(encoder.tokenizer()));
    }
}
