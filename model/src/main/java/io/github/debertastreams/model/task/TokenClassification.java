package io.github.debertastreams.model.task;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.token.Truncation;
import java.util.List;

/**
 * Entities of a text. Source: HF {@code TokenClassificationPipeline}.
 *
 * @param labels by id
 */
public record TokenClassification(TextEncoder encoder, List<String> labels, TaskOptions options) implements Task {

    public TokenClassification {
        labels = List.copyOf(labels);
        if (encoder.longText() == LongText.WINDOW && options.aggregation() == Aggregation.NONE) {
            throw ModelException.bundle(
                    "long.text is window and aggregation is none: what overlaps is merged by entities, so expected simple, "
                            + "first, average or max");
        }
    }

    @Override
    public String name() {
        return "token-classification";
    }

    @Override
    public EncodedInput encode(TextInput input) {
        if (input.textPair() != null) {
            throw ModelException.invalidInput("token classification reads one text, found a pair");
        }
        return encoder.encode(input, Truncation.LONGEST_FIRST);
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        Tokenizer tokenizer = encoder.tokenizer();
        int unknown = tokenizer.unkId().orElse(-1);
        EntityDecoder.TokenNames names = new EntityDecoder.TokenNames() {
            @Override
            public String token(int id) {
                return tokenizer.token(id);
            }

            @Override
            public boolean isUnknown(int id) {
                return id == unknown;
            }
        };
        return new EntityDecoder(labels, options.aggregation(), options.ignoreLabels(), names, tokenizer::decodeTokens)
                .decode(input.input().text(), input.sequences(), logits);
    }
}
