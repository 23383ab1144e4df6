package io.github.debertastreams.model.token;

/**
 * A step that cuts the pieces of a text into smaller ones, in the end into words; pieces that are added tokens stay as they are.
 * Immutable. Source: HF {@code PreTokenizer}.
 */
interface PreTokenizer {

    void split(NormalizedText text);

    /** Whether {@link #split} needs an aligned text: only an alignment tells where a piece begins in the original. */
    default boolean needsAlignments() {
        return false;
    }
}
