package io.github.debertastreams.model.encoder;

/** Looks at the values inside an encoder. The arrays are scratch space: copy what is to be kept. */
public interface EncoderTrace {

    /** Looks at nothing. */
    EncoderTrace NONE = new EncoderTrace() {};

    /** {@code [Σ T, H]} in the first rows of the array: layer 0 is the embeddings, layer n the output of the n-th layer. */
    default void hiddenStates(int layer, float[] hiddenStates) {}

    /**
     * The attention probabilities of one query.
     *
     * @param layer from 0
     * @param token index of the query token in the packed batch
     * @param probabilities one for each position of the row from {@code offset} on; the i-th belongs to the position {@code
     *     firstPosition + i}
     */
    default void attention(
            int layer, int token, int head, int firstPosition, float[] probabilities, int offset, int length) {}

    /** {@code [S, H]} in the first rows of the array: what the enhanced mask decoder made of the batch's selected tokens. */
    default void maskDecoder(float[] decoded) {}
}
