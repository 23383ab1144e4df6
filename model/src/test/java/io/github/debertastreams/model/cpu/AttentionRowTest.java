package io.github.debertastreams.model.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.kernel.Kernels;
import org.junit.jupiter.api.Test;

/** What sequences of different lengths in one batch need. */
class AttentionRowTest {

    private final AttentionRow row = new AttentionRow(Kernels.get());

    /** The room is made for the longest one. With 7,296 columns it has blocks of 143 queries, one of 7,280 has 144: 4,992 scores more. */
    @Test
    void theScoresOfAShorterSequenceFitToo() {
        for (int longest = 64; longest < 20_000; longest += 16) {
            int room = row.scoreRoom(longest);
            for (int columns = Math.max(64, longest - 1_024); columns <= longest; columns += 16) {
                assertThat(columns * row.queryBlock(columns))
                        .as("%d columns beside %d", columns, longest)
                        .isLessThanOrEqualTo(room);
            }
        }
    }
}
