package io.github.debertastreams.rules;

import org.jspecify.annotations.Nullable;

/** The decoder of an input, made where it is first used: schemas do not travel. */
final class InputExtractor implements TextExtractor<byte[]> {

    private final RuleInput input;
    private transient volatile @Nullable TextExtractor<byte[]> decoder;

    InputExtractor(RuleInput input) {
        this.input = input;
    }

    @Override
    public @Nullable SourceText extract(byte[] value) {
        return decoder().extract(value);
    }

    @Override
    public @Nullable SourceText extractAhead(byte[] value) {
        return decoder().extractAhead(value);
    }

    private TextExtractor<byte[]> decoder() {
        TextExtractor<byte[]> current = decoder;
        if (current == null) {
            current = input.decoder();
            decoder = current; // two threads may make one each: either serves
        }
        return current;
    }
}
