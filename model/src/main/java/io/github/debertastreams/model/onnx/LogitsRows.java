package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.token.TokenBatch;
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
        eachOutput(rectangle, (index, cell) -> outputTokens.put(cell));
    }

    /** Takes a rectangle's logits. */
    void take(Rectangle rectangle, FloatBuffer logits) {
        for (int row : rectangle.bucket().rows()) {
            int start = rowStarts[row] * columns;
            logits.get(values, start, rowStarts[row + 1] * columns - start);
        }
    }

    /** Takes what was asked for of the logits of all cells, {@code [B, S, columns]}. */
    void takeTokens(Rectangle rectangle, FloatBuffer logits) {
        eachOutput(rectangle, (index, cell) -> logits.get(cell * columns, values, index * columns, columns));
    }

    /** The same where each column is an output of its own, {@code [B, S]}. */
    void takeColumn(Rectangle rectangle, FloatBuffer logits, int column) {
        eachOutput(rectangle, (index, cell) -> values[index * columns + column] = logits.get(cell));
    }

    /** Row of these logits, cell of the rectangle. */
    private interface Output {
        void at(int index, int cell);
    }

    private void eachOutput(Rectangle rectangle, Output output) {
        int[] rows = rectangle.bucket().rows();
        for (int i = 0; i < rows.length; i++) {
            for (int index = rowStarts[rows[i]]; index < rowStarts[rows[i] + 1]; index++) {
                output.at(index, rectangle.cell(i, batch.selection().tokens()[index]));
            }
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
