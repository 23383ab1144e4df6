package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.TokenSelection;

/**
 * One batch on its way through the layers: what it is, where its values live, and who looks on.
 *
 * @param all every token of the batch
 * @param read the tokens that the head reads
 */
record ForwardPass(TokenBatch batch, TokenSelection all, TokenSelection read, Workspace workspace, EncoderTrace trace) {

    /** The same pass with nobody looking on. */
    ForwardPass untraced() {
        return trace == EncoderTrace.NONE ? this : new ForwardPass(batch, all, read, workspace, EncoderTrace.NONE);
    }
}
