package io.github.debertastreams.model.onnx;

/**
 * What goes into a graph and comes out of it.
 *
 * @param selectedTokens whether a head that reads tokens answers for those of an input {@code output_tokens} alone
 * @param givenPositions whether {@code position_ids} is an input, where the model has absolute positions
 * @param traced whether there is a mask per pair of tokens, and the layers' values come out too
 */
record GraphForm(boolean selectedTokens, boolean givenPositions, boolean traced) {

    /** For this program. */
    static final GraphForm SERVING = new GraphForm(true, true, false);

    /** For this program when somebody looks on. */
    static final GraphForm TRACED = new GraphForm(true, true, true);

    /** For any program: the inputs and outputs of Hugging Face's exports. */
    static final GraphForm EXPORTED = new GraphForm(false, false, false);
}
