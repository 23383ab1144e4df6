package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.Arrays;

/**
 * Some tokens of a packed batch, or all of them: row r owns {@code tokens[rowStarts[r]] .. tokens[rowStarts[r + 1] - 1]}, indices
 * into the batch, ascending. Arrays are owned by the selection.
 */
public record TokenSelection(int[] tokens, int[] rowStarts) {

    /** Every token of a batch with these row starts. */
    static TokenSelection all(int count, int[] rowStarts) {
        int[] tokens = new int[count];
        for (int token = 0; token < count; token++) {
            tokens[token] = token;
        }
        return new TokenSelection(tokens, rowStarts);
    }

    /** The first token of each row that has one. */
    static TokenSelection firstOf(int[] batchRowStarts) {
        int[] tokens = new int[batchRowStarts.length - 1];
        int[] rowStarts = new int[batchRowStarts.length];
        int count = 0;
        for (int row = 0; row < tokens.length; row++) {
            if (batchRowStarts[row] < batchRowStarts[row + 1]) {
                tokens[count++] = batchRowStarts[row];
            }
            rowStarts[row + 1] = count;
        }
        return new TokenSelection(Arrays.copyOf(tokens, count), rowStarts);
    }

    /** The tokens given, ascending, of a batch with these row starts. */
    static TokenSelection of(int[] tokens, int[] batchRowStarts) {
        int[] rowStarts = new int[batchRowStarts.length];
        int last = -1;
        int row = 0;
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] <= last || tokens[i] >= batchRowStarts[batchRowStarts.length - 1]) {
                throw ModelException.invalidInput("selected tokens do not ascend below "
                        + batchRowStarts[batchRowStarts.length - 1] + ": " + tokens[i] + " follows " + last);
            }
            last = tokens[i];
            while (tokens[i] >= batchRowStarts[row + 1]) {
                rowStarts[++row] = i;
            }
        }
        while (++row < rowStarts.length) {
            rowStarts[row] = tokens.length;
        }
        return new TokenSelection(tokens, rowStarts);
    }

    /** Tokens selected: S. */
    public int size() {
        return tokens.length;
    }

    /** The selected rows of {@code values}, which is {@code [Σ T, width]}: {@code [S, width]}. */
    public float[] gather(float[] values, int width) {
        float[] selected = new float[tokens.length * width];
        gather(values, width, selected);
        return selected;
    }

    /** Writes the selected rows of {@code values}, which is {@code [Σ T, width]}, to {@code selected}: {@code [S, width]}. */
    public void gather(float[] values, int width, float[] selected) {
        for (int i = 0; i < tokens.length; i++) {
            System.arraycopy(values, tokens[i] * width, selected, i * width, width);
        }
    }

    /** Writes {@code selected}, {@code [S, width]}, over the selected rows of {@code values}, {@code [Σ T, width]}. */
    public void scatter(float[] selected, float[] values, int width) {
        for (int i = 0; i < tokens.length; i++) {
            System.arraycopy(selected, i * width, values, tokens[i] * width, width);
        }
    }
}
