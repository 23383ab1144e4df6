package io.github.debertastreams.model.task;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.token.Truncation;
import java.util.List;

/**
 * Texts to sequences that the model can read.
 *
 * @param maxLength most tokens of a sequence, special ones included
 * @param longText what becomes of a text with more
 */
public record TextEncoder(Tokenizer tokenizer, int maxLength, LongText longText) {

    /** The sequences of one input. */
    EncodedInput encode(TextInput input, Truncation truncation) {
        EncodeOptions options = EncodeOptions.DEFAULT.withTruncation(truncation, maxLength);
        Encoding encoding = tokenizer.encode(input.text(), input.textPair(), options);
        if (encoding.truncated() && longText == LongText.REJECT) {
            throw ModelException.invalidInput(
                    "the text has more tokens than the " + maxLength + " that are read, and long.text is reject");
        }
        return new EncodedInput(input, List.of(encoding), encoding.truncated());
    }
}
