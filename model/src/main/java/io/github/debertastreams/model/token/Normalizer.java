package io.github.debertastreams.model.token;

/** A step that changes a text before it is cut into words. Immutable. Source: HF {@code Normalizer}. */
interface Normalizer {

    void normalize(NormalizedText text);
}
