package io.github.debertastreams.model.kernel;

/** How the native backend keeps the weights of the encoder's linear layers. What it computes with is fp32 in either. */
public enum WeightFormat {
    /** As exact as the checkpoint. */
    FP32,
    /**
     * Rounded to bfloat16, to the nearest, ties to even: half the memory, and half the bytes to read for a short text. Exact for a
     * checkpoint in bfloat16, but for the weights that are scaled when they are loaded.
     */
    BF16
}
