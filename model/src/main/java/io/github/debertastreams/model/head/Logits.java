package io.github.debertastreams.model.head;

/**
 * What a head makes of a batch: {@code values} is {@code [rows, columns]}, row-major. For a head that reads the text as a whole
 * there is one row per text; for one that reads tokens, one row per token of the packed batch. Arrays are owned by the value.
 *
 * @param rowStarts text i owns the rows {@code rowStarts[i] .. rowStarts[i + 1]}
 */
public record Logits(float[] values, int columns, int[] rowStarts) {

    public Logits {
        if (values.length != (long) columns * rowStarts[rowStarts.length - 1]) {
            throw new IllegalArgumentException(values.length + " values, expected " + columns + " for each of "
                    + rowStarts[rowStarts.length - 1] + " rows");
        }
    }

    /** Texts in the batch: B. */
    public int texts() {
        return rowStarts.length - 1;
    }

    /** One row per text. */
    static Logits perText(float[] values, int columns, int texts) {
        int[] rowStarts = new int[texts + 1];
        for (int text = 0; text <= texts; text++) {
            rowStarts[text] = text;
        }
        return new Logits(values, columns, rowStarts);
    }
}
