package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.TokenSelection;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.stream.IntStream;

/** The logits of a batch, gathered from its rectangles: a row for each text, or for each token that was asked for. */
final class LogitsRows {

    private final TokenBatch batch;
    private final boolean pooled;
    private final int columns;
    private final int[] rowStarts;
    private final float[] values;

    LogitsRows(TokenBatch batch, boolean pooled, int columns) {
        this.batch = batch;
        this.pooled = pooled;
        this.columns = columns;
        this.rowStarts = pooled
                ? IntStream.rangeClosed(0, batch.rows()).toArray()
                : batch.selection().rowStarts();
        this.values = new float[Math.multiplyExact(rowStarts[batch.rows()], columns)];
    }

    /** Rows of logits that a rectangle gives. */
    int count(Rectangle rectangle) {
        int count = 0;
        for (int row : rectangle.bucket().rows()) {
            count += rowStarts[row + 1] - rowStarts[row];
        }
        return count;
    }

    /** The cells of a rectangle that are asked for. */
    void fillOutputTokens(Rectangle rectangle, LongBuffer outputTokens) {
        TokenSelection selection = batch.selection();
        int[] rows = rectangle.bucket().rows();
        for (int i = 0; i < rows.length; i++) {
            for (int index = rowStarts[rows[i]]; index < rowStarts[rows[i] + 1]; index++) {
                outputTokens.put(rectangle.cell(i, selection.tokens()[index]));
            }
        }
    }

    /** Takes a rectangle's logits. */
    void take(Rectangle rectangle, FloatBuffer logits) {
        for (int row : rectangle.bucket().rows()) {
            int start = rowStarts[row] * columns;
            logits.get(values, start, rowStarts[row + 1] * columns - start);
        }
    }

    boolean pooled() {
        return pooled;
    }

    int columns() {
        return columns;
    }

    Logits finish() {
        return new Logits(values, columns, rowStarts);
    }
}
