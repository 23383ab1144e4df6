package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import org.junit.jupiter.api.Test;

class TokenSelectionTest {

    private static final int[] ROWS = {0, 3, 3, 4, 9};

    @Test
    void eachRowOwnsItsTokens() {
        assertThat(TokenSelection.of(new int[] {1, 2, 8}, ROWS).rowStarts()).containsExactly(0, 2, 2, 2, 3);
        assertThat(TokenSelection.of(new int[] {3}, ROWS).rowStarts()).containsExactly(0, 0, 0, 1, 1);
        assertThat(TokenSelection.of(new int[0], ROWS).rowStarts()).containsExactly(0, 0, 0, 0, 0);
        assertThat(TokenSelection.of(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, ROWS)
                        .rowStarts())
                .isEqualTo(ROWS);
    }

    @Test
    void gathersAndScattersRows() {
        TokenSelection selection = TokenSelection.of(new int[] {1, 3}, new int[] {0, 4});
        float[] values = {0, 1, 10, 11, 20, 21, 30, 31};
        float[] selected = selection.gather(values, 2);
        assertThat(selected).containsExactly(10, 11, 30, 31);
        selection.scatter(new float[] {-1, -2, -3, -4}, values, 2);
        assertThat(values).containsExactly(0, 1, -1, -2, 20, 21, -3, -4);
    }

    @Test
    void refusesWhatDoesNotAscendOrIsNotThere() {
        for (int[] tokens : new int[][] {{2, 2}, {5, 4}, {9}, {-1}}) {
            assertThatThrownBy(() -> TokenSelection.of(tokens, ROWS))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("selected tokens do not ascend below 9");
        }
    }
}
