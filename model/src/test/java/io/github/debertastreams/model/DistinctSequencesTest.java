package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.token.Encoding;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistinctSequencesTest {

    @Test
    void equalSequencesAreOneRow() {
        Encoding first = Encoding.ofIds(1, 2, 3);
        Encoding other = Encoding.ofIds(1, 2);
        DistinctSequences distinct =
                DistinctSequences.of(List.of(first, other, Encoding.ofIds(1, 2, 3), Encoding.ofIds(1, 2), first));
        assertThat(distinct.sequences()).containsExactly(first, other);
        assertThat(distinct.rows()).containsExactly(0, 1, 0, 1, 0);
    }
}
