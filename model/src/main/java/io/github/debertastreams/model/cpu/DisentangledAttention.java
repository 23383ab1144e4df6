package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.token.TokenSelection;
import java.util.Arrays;

/**
 * Disentangled self-attention of one layer, all attention heads.
 *
 * <p>Score of query i and key j, with δ the bucket of their distance: {@code (Q_i·K_j + Q_i·Kr_δ + K_j·Qr_δ) / sqrt(headSize ·
 * terms)}: content, c2p, p2c. The weights carry the division.
 *
 * <p>Source: He et al., DeBERTa (2021), eq. 4; HF {@code DisentangledSelfAttention}.
 */
record DisentangledAttention(Kernels kernels, AttentionConfig config, AttentionWeights weights) {

    /**
     * Writes the attention output of the selected tokens into the workspace's context, {@code [S, A]}. Keys and values come from
     * the workspace's hidden states.
     *
     * @param queryStates {@code [S, H]}, what the queries come from
     */
    void forward(ForwardPass pass, int layer, TokenSelection selection, float[] queryStates) {
        Workspace workspace = pass.workspace();
        int tokens = pass.batch().tokens();
        weights.query().forward(queryStates, selection.size(), workspace.queries);
        weights.key().forward(workspace.hiddenStates, tokens, workspace.keys);
        weights.value().forward(workspace.hiddenStates, tokens, workspace.values);
        Arrays.fill(workspace.context, 0, selection.size() * config.width(), 0f);
        for (int row = 0; row < pass.batch().rows(); row++) {
            int first = selection.rowStarts()[row];
            int end = selection.rowStarts()[row + 1];
            if (first < end) {
                AttentionRow sequence = new AttentionRow(kernels, config, weights, pass, row, layer);
                if (weights.talkingHeads() == null) {
                    attend(sequence, selection, first, end);
                } else {
                    attend(sequence, selection, first, end, weights.talkingHeads(), workspace);
                }
            }
        }
    }

    /** One attention head after the other, so that its keys stay in the cache. */
    private void attend(AttentionRow sequence, TokenSelection selection, int first, int end) {
        for (int head = 0; head < config.numHeads(); head++) {
            sequence.transposeKeys(head, 0);
            for (int query = first; query < end; query++) {
                int token = selection.tokens()[query];
                sequence.score(query, token, head, 0, 0);
                sequence.normalise(token, sequence.scores(), 0);
                sequence.weigh(query, token, head, 0);
            }
        }
    }

    /** One query after the other, because its attention heads mix. */
    private void attend(
            AttentionRow sequence,
            TokenSelection selection,
            int first,
            int end,
            TalkingHeads talkingHeads,
            Workspace workspace) {
        int extent = sequence.extent();
        for (int head = 0; head < config.numHeads(); head++) {
            sequence.transposeKeys(head, head * config.headSize() * extent);
        }
        for (int query = first; query < end; query++) {
            int token = selection.tokens()[query];
            for (int head = 0; head < config.numHeads(); head++) {
                sequence.score(query, token, head, head * config.headSize() * extent, head * extent);
            }
            talkingHeads.mixLogits(workspace.scores, workspace.mixedScores, extent);
            for (int head = 0; head < config.numHeads(); head++) {
                sequence.normalise(token, workspace.mixedScores, head * extent);
            }
            talkingHeads.mixWeights(workspace.mixedScores, workspace.scores, extent);
            for (int head = 0; head < config.numHeads(); head++) {
                sequence.weigh(query, token, head, head * extent);
            }
        }
    }
}
