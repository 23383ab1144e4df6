package io.github.debertastreams.model.head;

import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.TokenSelection;
import java.util.Arrays;

/**
 * What a head makes of a batch: {@code values} is {@code [rows, columns]}, row-major. For a head that reads a sequence as a whole
 * there is one row per sequence; for one that reads tokens, one row per token that was asked for. Arrays are owned by the value.
 *
 * @param rowStarts sequence i owns the rows {@code rowStarts[i] .. rowStarts[i + 1]}
 */
public record Logits(float[] values, int columns, int[] rowStarts) {

    public Logits {
        if (values.length != (long) columns * rowStarts[rowStarts.length - 1]) {
            throw new IllegalArgumentException(values.length + " values, expected " + columns + " for each of "
                    + rowStarts[rowStarts.length - 1] + " rows");
        }
    }

    /** Sequences in the batch: B. */
    public int sequences() {
        return rowStarts.length - 1;
    }

    /** The rows of one sequence, without copying them. */
    public SequenceLogits of(int sequence) {
        int first = rowStarts[sequence];
        return new SequenceLogits(values, first * columns, rowStarts[sequence + 1] - first, columns);
    }

    /** One row per sequence. */
    static Logits perSequence(float[] values, int columns, int sequences) {
        int[] rowStarts = new int[sequences + 1];
        Arrays.setAll(rowStarts, sequence -> sequence);
        return new Logits(values, columns, rowStarts);
    }

    /** A linear layer's outputs {@code [S, outputs]} at the selected tokens. */
    static Logits perToken(Linear linear, float[] hiddenStates, TokenBatch batch) {
        TokenSelection selection = batch.selection();
        float[] values = new float[selection.size() * linear.outputs()];
        boolean every = selection.size() == batch.tokens();
        linear.forward(
                every ? hiddenStates : selection.gather(hiddenStates, linear.inputs()), selection.size(), values);
        return new Logits(values, linear.outputs(), selection.rowStarts());
    }
}
