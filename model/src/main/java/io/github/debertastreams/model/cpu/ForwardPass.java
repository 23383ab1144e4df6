package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.token.TokenBatch;

/** One batch on its way through the layers: what it is, where its values live, and who looks on. */
record ForwardPass(TokenBatch batch, Workspace workspace, EncoderTrace trace) {

    /** The same pass with nobody looking on. */
    ForwardPass untraced() {
        return new ForwardPass(batch, workspace, EncoderTrace.NONE);
    }
}
