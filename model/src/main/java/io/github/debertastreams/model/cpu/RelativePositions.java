package io.github.debertastreams.model.cpu;

/**
 * Position keys (or queries) of one layer, laid out so that the row of a query is contiguous. Entry {@code [h][k][reach - 1 - p +
 * j]} is component k of attention head h's vector for the distance {@code p - j}, clamped to the span: as j runs over the keys of
 * a query at position p, the index runs upwards by one.
 *
 * <p>Source: HF {@code build_relative_position} and {@code disentangled_attention_bias}. Its {@code span = min(L, P)} clamps
 * nothing that this does not: within L tokens a distance is below L.
 */
final class RelativePositions {

    /** One vector width more than the table needs, so that rows of a power of two do not fall into the same cache sets. */
    private static final int STRIDE_PADDING = 16;

    private final float[] rows;
    private final int span;
    private final int numHeads;
    private final int headSize;
    private volatile Table table;

    /** {@code values} is {@code [heads * headSize, stride]}. */
    record Table(float[] values, int stride, int reach, int headSize) {

        /** Where the entries of a query at {@code position} start for component 0 of a head. */
        int start(int head, int position) {
            return head * headSize * stride + reach - 1 - position;
        }
    }

    /** @param rows {@code [2 * span, heads * headSize]}: row {@code span + d} belongs to the distance d */
    RelativePositions(float[] rows, int span, int numHeads, int headSize) {
        this.rows = rows;
        this.span = span;
        this.numHeads = numHeads;
        this.headSize = headSize;
        this.table = tabulate(span);
    }

    /** A table for positions below {@code extent}; one longer than the span is made when first asked for, and kept. */
    Table upTo(int extent) {
        Table current = table;
        if (extent > current.reach) {
            current = tabulate(Math.max(extent, 2 * current.reach));
            table = current;
        }
        return current;
    }

    private Table tabulate(int reach) {
        int width = numHeads * headSize;
        int stride = 2 * reach + STRIDE_PADDING;
        float[] values = new float[Math.multiplyExact(width, stride)];
        for (int index = 0; index < 2 * reach; index++) {
            int distance = reach - 1 - index;
            int row = Math.max(0, Math.min(2 * span - 1, span + distance));
            for (int column = 0; column < width; column++) {
                values[column * stride + index] = rows[row * width + column];
            }
        }
        return new Table(values, stride, reach, headSize);
    }
}
