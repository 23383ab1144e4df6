package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;

/**
 * Position keys (or queries) of one layer, laid out so that the row of a query is contiguous. Entry {@code [h][k][reach - 1 - p +
 * j]} is component k of attention head h's vector for the bucket of the distance {@code p - j}: as j runs over the keys of a query
 * at position p, the index runs upwards by one.
 *
 * <p>Source: HF {@code build_relative_position} and {@code disentangled_attention_bias}. v1's {@code span = min(L, P)} clamps
 * nothing that this does not: within L tokens a distance is below L.
 */
final class RelativePositions {

    /** One vector width more than the table needs, so that rows of a power of two do not fall into the same cache sets. */
    private static final int STRIDE_PADDING = 16;

    private final float[] rows;
    private final AttentionConfig config;
    private volatile Table table;

    /** {@code values} is {@code [heads * headSize, stride]}. */
    record Table(float[] values, int stride, int reach, int headSize) {

        /** Where the entries of a query at {@code position} start for component 0 of a head. */
        int start(int head, int position) {
            return head * headSize * stride + reach - 1 - position;
        }
    }

    /** @param rows {@code [2 * span, heads * headSize]}, projections of {@code rel_embeddings} */
    RelativePositions(float[] rows, AttentionConfig config) {
        this.rows = rows;
        this.config = config;
        this.table = tabulate(config.span());
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
        int width = config.width();
        int stride = 2 * reach + STRIDE_PADDING;
        float[] values = new float[Math.multiplyExact(width, stride)];
        for (int index = 0; index < 2 * reach; index++) {
            int row = config.relativeRow(reach - 1 - index);
            for (int column = 0; column < width; column++) {
                values[column * stride + index] = rows[row * width + column];
            }
        }
        return new Table(values, stride, reach, config.headSize());
    }
}
