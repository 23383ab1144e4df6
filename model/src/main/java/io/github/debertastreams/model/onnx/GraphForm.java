package io.github.debertastreams.model.onnx;

/**
 * What goes into a graph and comes out of it.
 *
 * @param selectedTokens whether a head that reads tokens answers for those of an input {@code output_tokens} alone
 * @param givenPositions whether {@code position_ids} is an input, where the model has absolute positions
 * @param runtimeOperators whether operators are used that ONNX Runtime alone has
 * @param traced whether there is a mask per pair of tokens, and the layers' values come out too
 * @param weightsFile the name under which the graph looks for its weights, beside it
 */
record GraphForm(
        boolean selectedTokens, boolean givenPositions, boolean runtimeOperators, boolean traced, String weightsFile) {

    private static final String HANDED_OVER = "memory";

    /** For this program when somebody looks on. */
    static final GraphForm TRACED = new GraphForm(true, true, false, true, HANDED_OVER);

    /** For this program; with the runtime's own operators where they have been measured. */
    static GraphForm serving(OnnxOptions options) {
        boolean measured = options.device() == OnnxOptions.Device.CPU && options.precision() == Precision.FP32;
        return new GraphForm(true, true, measured, false, HANDED_OVER);
    }

    /** For any program: the inputs and outputs of Hugging Face's exports. */
    static GraphForm exported(String weightsFile) {
        return new GraphForm(false, false, false, false, weightsFile);
    }
}
