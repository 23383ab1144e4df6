package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.token.TokenSelection;
import org.jspecify.annotations.Nullable;

/** The attention of one layer, split over a team by rows and attention heads. Reused; for one caller at a time. */
final class AttentionWork implements Team.Work {

    private final Team team;
    /** One for each member of the team. */
    private final AttentionRow[] scratch;

    private @Nullable DisentangledAttention attention;
    private @Nullable ForwardPass pass;
    private @Nullable TokenSelection selection;
    private int layer;
    /** Attention heads that are computed apart; 1 where they talk. */
    private int heads;

    AttentionWork(Kernels kernels, Team team) {
        this.team = team;
        this.scratch = new AttentionRow[team.size()];
        for (int member = 0; member < scratch.length; member++) {
            scratch[member] = new AttentionRow(kernels);
        }
    }

    /** Room for sequences that extend over {@code extent} positions. */
    void ensure(AttentionConfig config, int extent) {
        for (AttentionRow row : scratch) {
            row.ensure(config, extent);
        }
    }

    /** From queries, keys and values in the pass's workspace to the context there; on one thread where somebody looks on. */
    void run(DisentangledAttention weights, ForwardPass of, TokenSelection queries, int ofLayer) {
        attention = weights;
        pass = of;
        selection = queries;
        layer = ofLayer;
        heads = weights.weights().talkingHeads() == null ? weights.config().numHeads() : 1;
        int parts = Math.multiplyExact(of.batch().rows(), heads);
        try {
            if (of.trace() == EncoderTrace.NONE) {
                team.run(parts, this);
            } else {
                for (int part = 0; part < parts; part++) {
                    run(part, 0);
                }
            }
        } finally {
            attention = null;
            pass = null;
            selection = null;
        }
    }

    @Override
    public void run(int part, int member) {
        DisentangledAttention with = attention;
        ForwardPass of = pass;
        TokenSelection queries = selection;
        if (with == null || of == null || queries == null) {
            throw new IllegalStateException("no attention is under way");
        }
        int row = part / heads;
        int first = queries.rowStarts()[row];
        int end = queries.rowStarts()[row + 1];
        if (first == end) {
            return;
        }
        AttentionRow sequence = scratch[member];
        sequence.begin(with.config(), with.weights(), of, queries, row, layer);
        TalkingHeads talkingHeads = with.weights().talkingHeads();
        if (talkingHeads == null) {
            sequence.attend(part % heads, first, end);
        } else {
            sequence.attend(first, end, with.config().numHeads(), talkingHeads);
        }
    }
}
