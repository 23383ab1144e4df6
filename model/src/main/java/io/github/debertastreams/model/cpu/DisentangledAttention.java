package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.token.TokenSelection;

/**
 * Disentangled self-attention of one layer, all attention heads.
 *
 * <p>Score of query i and key j, with δ the bucket of their distance: {@code (Q_i·K_j + Q_i·Kr_δ + K_j·Qr_δ) / sqrt(headSize ·
 * terms)}: content, c2p, p2c. The weights carry the division.
 *
 * <p>Source: He et al., DeBERTa (2021), eq. 4; HF {@code DisentangledSelfAttention}.
 */
record DisentangledAttention(AttentionConfig config, AttentionWeights weights) {

    /**
     * Writes the attention output of the selected tokens into the workspace's context, {@code [S, A]}. Keys and values come from
     * the workspace's hidden states.
     *
     * @param queryStates {@code [S, H]}, what the queries come from
     */
    void forward(ForwardPass pass, int layer, TokenSelection selection, float[] queryStates) {
        Workspace workspace = pass.workspace();
        int tokens = pass.batch().tokens();
        workspace.products.add(weights.query(), queryStates, selection.size(), workspace.queries);
        workspace.products.add(weights.key(), workspace.hiddenStates, tokens, workspace.keys);
        workspace.products.add(weights.value(), workspace.hiddenStates, tokens, workspace.values);
        workspace.products.runAdded();
        workspace.attention.run(this, pass, selection, layer);
    }
}
