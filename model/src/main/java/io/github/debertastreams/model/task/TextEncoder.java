package io.github.debertastreams.model.task;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.token.Truncation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts to sequences that the model can read.
 *
 * @param maxLength most tokens of a sequence, special ones included
 * @param longText what becomes of a text with more
 * @param stride tokens that neighbouring windows share
 */
public record TextEncoder(Tokenizer tokenizer, int maxLength, LongText longText, int stride) {

    public TextEncoder {
        int room = maxLength - tokenizer.numSpecialTokens(false);
        if (longText == LongText.WINDOW && stride >= room) {
            throw ModelException.bundle("stride is " + stride + ", expected less than the " + room
                    + " tokens that a window of max.length " + maxLength + " holds beside special tokens");
        }
    }

    /** One input's sequences. */
    EncodedInput encode(TextInput input, Truncation truncation) {
        Encoding first = first(input.text(), input.textPair(), truncation);
        return new EncodedInput(input, windows(first), truncated(first));
    }

    /**
     * A text, or a pair, cut to what the model reads; what was cut off is in its windows.
     *
     * @param truncation which text is cut, or read in windows
     */
    Encoding first(String text, @Nullable String textPair, Truncation truncation) {
        EncodeOptions options = EncodeOptions.DEFAULT
                .withTruncation(truncation, maxLength)
                .withStride(longText == LongText.WINDOW ? stride : 0);
        Encoding first = tokenizer.encode(text, textPair, options);
        if (first.truncated() && longText == LongText.REJECT) {
            throw new ModelException(
                    ModelException.Kind.TOO_LONG,
                    "the text has more tokens than the " + maxLength + " that are read, and long.text is reject");
        }
        return first;
    }

    /** The sequences to be read of an encoded text: its beginning, or all its windows in order. */
    List<Encoding> windows(Encoding first) {
        if (longText != LongText.WINDOW) {
            return List.of(first);
        }
        List<Encoding> windows = new ArrayList<>(1 + first.overflowing().size());
        windows.add(first);
        windows.addAll(first.overflowing());
        return windows;
    }

    /** Whether something of the text is in no sequence. */
    boolean truncated(Encoding first) {
        return first.truncated() && longText != LongText.WINDOW;
    }
}
