package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.Objects;
import java.util.Optional;

/**
 * How to encode a text.
 *
 * @param addSpecialTokens whether the post-processor adds its tokens, such as [CLS] and [SEP]
 * @param truncation which text is cut, if any
 * @param maxLength tokens of a window at most, added special tokens included; nothing is cut without truncation
 * @param stride tokens that neighbouring windows of a cut text share
 * @param truncationSide at which end a text is cut; where empty, the tokenizer's own, {@link Tokenizer#truncationSide}
 * @param padding whether sequences are filled up afterwards
 */
public record EncodeOptions(
        boolean addSpecialTokens,
        Truncation truncation,
        int maxLength,
        int stride,
        Optional<Side> truncationSide,
        Padding padding) {

    /** Special tokens added, nothing cut, nothing filled up. */
    public static final EncodeOptions DEFAULT =
            new EncodeOptions(true, Truncation.NONE, 0, 0, Optional.empty(), Padding.NONE);

    public EncodeOptions {
        Objects.requireNonNull(truncation, "truncation");
        Objects.requireNonNull(truncationSide, "truncationSide");
        Objects.requireNonNull(padding, "padding");
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
        return new EncodeOptions(addSpecialTokens, newTruncation, newMaxLength, stride, truncationSide, padding);
    }

    /** Cuts at this end: of a text cut at the left, its end remains. */
    public EncodeOptions cuttingAt(Side side) {
        return new EncodeOptions(addSpecialTokens, truncation, maxLength, stride, Optional.of(side), padding);
    }

    public EncodeOptions withStride(int newStride) {
        return new EncodeOptions(addSpecialTokens, truncation, maxLength, newStride, truncationSide, padding);
    }

    public EncodeOptions withPadding(Padding newPadding) {
        return new EncodeOptions(addSpecialTokens, truncation, maxLength, stride, truncationSide, newPadding);
    }

    public EncodeOptions withMaxLength(int newMaxLength) {
        return new EncodeOptions(addSpecialTokens, truncation, newMaxLength, stride, truncationSide, padding);
    }

    public EncodeOptions withoutSpecialTokens() {
        return new EncodeOptions(false, truncation, maxLength, stride, truncationSide, padding);
    }

    /** Whether nothing is cut off so many tokens, with so many special ones added. */
    boolean fits(int tokens, int specialTokens) {
        return truncation == Truncation.NONE || tokens + specialTokens <= maxLength;
    }
}
