package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether sequences are filled up with the padding token. Source: HF {@code PaddingParams}.
 *
 * @param target to which length
 * @param multipleOf the length is rounded up to a multiple of this; 0 or 1 where any will do
 * @param side at which end; where empty, the tokenizer's own, {@link Tokenizer#paddingSide}
 */
public record Padding(Target target, int multipleOf, Optional<Side> side) {

    /** The length to which sequences are filled up. */
    public enum Target {
        /** Each keeps its own. */
        NONE,
        /** That of the longest sequence encoded together. */
        LONGEST,
        /** {@link EncodeOptions#maxLength}. */
        MAX_LENGTH
    }

    public static final Padding NONE = new Padding(Target.NONE, 0, Optional.empty());

    public Padding {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(side, "side");
        if (multipleOf < 0) {
            throw ModelException.invalidInput("padding to a multiple of " + multipleOf + ", expected 0 or more");
        }
    }

    public static Padding toLongest() {
        return new Padding(Target.LONGEST, 0, Optional.empty());
    }

    public static Padding toMaxLength() {
        return new Padding(Target.MAX_LENGTH, 0, Optional.empty());
    }

    public Padding toMultipleOf(int newMultipleOf) {
        return new Padding(target, newMultipleOf, side);
    }

    public Padding at(Side newSide) {
        return new Padding(target, multipleOf, Optional.of(newSide));
    }

    /** The length of padded sequences. */
    int length(int longest, int maxLength) {
        int length = target == Target.MAX_LENGTH ? maxLength : longest;
        int rest = multipleOf == 0 ? 0 : length % multipleOf;
        return rest == 0 ? length : Math.addExact(length, multipleOf - rest);
    }
}
