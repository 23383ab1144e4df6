package io.github.debertastreams.model.head;

import io.github.debertastreams.model.error.ModelException;

/**
 * The logits of one sequence: {@code [rows, columns]}, a view into those of its batch, read-only.
 *
 * @param offset where its first row begins in {@code values}
 */
public record SequenceLogits(float[] values, int offset, int rows, int columns) {

    public SequenceLogits {
        if (offset < 0 || rows < 0 || offset + (long) rows * columns > values.length) {
            throw new IllegalArgumentException(rows + " rows of " + columns + " columns from " + offset
                    + " on do not fit " + values.length + " values");
        }
    }

    /** Logits that nothing else shares. */
    public static SequenceLogits of(float[] values, int columns) {
        return new SequenceLogits(values, 0, values.length / columns, columns);
    }

    public float get(int row, int column) {
        return values[offset + row * columns + column];
    }

    /** @throws io.github.debertastreams.model.error.ModelException of kind {@code BACKEND} where a value is no number */
    public void requireFinite() {
        for (int i = offset; i < offset + rows * columns; i++) {
            if (!Float.isFinite(values[i])) {
                throw new ModelException(
                        ModelException.Kind.BACKEND, "a logit is " + values[i] + ", expected a number");
            }
        }
    }

    /** Where a row begins in {@code values}. */
    public int rowOffset(int row) {
        return offset + row * columns;
    }
}
