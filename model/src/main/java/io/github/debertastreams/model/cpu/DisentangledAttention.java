package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.token.TokenSelection;

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
        for (int row = 0; row < pass.batch().rows(); row++) {
            int first = selection.rowStarts()[row];
            int end = selection.rowStarts()[row + 1];
            if (first < end) {
                AttentionRow sequence = new AttentionRow(kernels, config, weights, pass, selection, row, layer);
                if (weights.talkingHeads() == null) {
                    attend(sequence, first, end, workspace);
                } else {
                    attend(sequence, first, end, weights.talkingHeads(), workspace);
                }
            }
        }
    }

    /** One attention head after the other, so that its keys stay in the cache; a block of queries at a time. */
    private void attend(AttentionRow sequence, int first, int end, Workspace workspace) {
        int block = Workspace.queryBlock(kernels, sequence.stride());
        for (int head = 0; head < config.numHeads(); head++) {
            sequence.transposeKeys(head, 0);
            for (int from = first; from < end; from += block) {
                int to = Math.min(from + block, end);
                sequence.score(from, to, head, 0, 0);
                sequence.normalise(from, to, workspace.scores, 0);
                sequence.weigh(from, to, head, 0);
            }
        }
    }

    /** A few queries at a time with all attention heads, because these mix. */
    private void attend(AttentionRow sequence, int first, int end, TalkingHeads talkingHeads, Workspace workspace) {
        int keys = config.headSize() * sequence.stride();
        for (int head = 0; head < config.numHeads(); head++) {
            sequence.transposeKeys(head, head * keys);
        }
        for (int from = first; from < end; from += kernels.tileRows()) {
            int to = Math.min(from + kernels.tileRows(), end);
            int scores = (to - from) * sequence.stride();
            for (int head = 0; head < config.numHeads(); head++) {
                sequence.score(from, to, head, head * keys, head * scores);
            }
            talkingHeads.mixLogits(workspace.scores, workspace.mixedScores, scores);
            for (int head = 0; head < config.numHeads(); head++) {
                sequence.normalise(from, to, workspace.mixedScores, head * scores);
            }
            talkingHeads.mixWeights(workspace.mixedScores, workspace.scores, scores);
            for (int head = 0; head < config.numHeads(); head++) {
                sequence.weigh(from, to, head, head * scores);
            }
        }
    }
}
