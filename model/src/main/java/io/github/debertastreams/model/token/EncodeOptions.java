package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.Objects;

/**
 * How to encode a text.
 *
 * @param addSpecialTokens whether the post-processor adds its tokens, such as [CLS] and [SEP]
 * @param truncation which text is cut; with {@link Truncation#NONE} the next two are ignored
 * @param maxLength tokens of a window at most, added special tokens included
 * @param stride tokens that neighbouring windows of a cut text share
 */
public record EncodeOptions(boolean addSpecialTokens, Truncation truncation, int maxLength, int stride) {

    /** Special tokens added, nothing cut. */
    public static final EncodeOptions DEFAULT = new EncodeOptions(true, Truncation.NONE, 0, 0);

    public EncodeOptions {
        Objects.requireNonNull(truncation, "truncation");
        if (maxLength < 0) {
            throw ModelException.invalidInput("max length is " + maxLength + ", expected 0 or more");
        }
        if (stride < 0) {
            throw ModelException.invalidInput("stride is " + stride + ", expected 0 or more");
        }
    }

    /** Special tokens added, the longer text cut first so that {@code maxLength} tokens remain at most. */
    public static EncodeOptions truncatedTo(int maxLength) {
        return DEFAULT.withTruncation(Truncation.LONGEST_FIRST, maxLength);
    }

    public EncodeOptions withTruncation(Truncation newTruncation, int newMaxLength) {
        return new EncodeOptions(addSpecialTokens, newTruncation, newMaxLength, stride);
    }

    public EncodeOptions withStride(int newStride) {
        return new EncodeOptions(addSpecialTokens, truncation, maxLength, newStride);
    }

    public EncodeOptions withoutSpecialTokens() {
        return new EncodeOptions(false, truncation, maxLength, stride);
    }
}
