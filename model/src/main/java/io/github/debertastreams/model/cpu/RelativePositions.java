package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;

/**
 * Position keys (or queries) of one layer: for each distance the vector of its bucket, all attention heads, laid out so that distances
 * that follow each other are contiguous. Component k of attention head h is row {@code h * headSize + k}.
 *
 * <p>Source: HF {@code build_relative_position} and {@code disentangled_attention_bias}. v1's {@code span = min(L, P)} clamps
 * nothing that this does not: within L tokens a distance is below L.
 */
final class RelativePositions {

    /** How the distance changes from one column to the next. */
    enum Direction {
        /** For c2p: the keys of a query, whose distance falls as they go on. */
        DOWN,
        /** For p2c: the queries of a key, whose distance rises. */
        UP
    }

    /** One vector width more than the table needs, so that rows of a power of two do not fall into the same cache sets. */
    private static final int STRIDE_PADDING = 16;

    /** Distances tabulated together: their rows stay in the nearest cache, and a line of the table is written as a whole. */
    private static final int BLOCK = 16;

    private final float[] rows;
    private final AttentionConfig config;
    private final Direction direction;
    private final int readBeyond;
    private volatile Table table;

    /** {@code values} is {@code [heads * headSize, stride]}. */
    record Table(float[] values, int stride, int reach, int headSize, Direction direction) {

        /** Where a distance's entry is in the row of component 0 of a head; entries for the next distances follow. */
        int at(int head, int distance) {
            int column = reach - 1 + (direction == Direction.UP ? distance : -distance);
            return head * headSize * stride + column;
        }
    }

    /**
     * @param rows {@code [2 * span, heads * headSize]}, projections of {@code rel_embeddings}
     * @param readBeyond columns that may be read beyond the last distance
     */
    RelativePositions(float[] rows, AttentionConfig config, Direction direction, int readBeyond) {
        this.rows = rows;
        this.config = config;
        this.direction = direction;
        this.readBeyond = readBeyond;
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
        float[] values = new float[Math.addExact(Math.multiplyExact(width, stride), readBeyond)];
        int[] rowOf = new int[2 * reach];
        for (int index = 0; index < rowOf.length; index++) {
            int distance = index - (reach - 1);
            rowOf[index] = config.relativeRow(direction == Direction.UP ? distance : -distance);
        }
        for (int first = 0; first < rowOf.length; first += BLOCK) {
            int end = Math.min(first + BLOCK, rowOf.length);
            for (int column = 0; column < width; column++) {
                for (int index = first; index < end; index++) {
                    values[column * stride + index] = rows[rowOf[index] * width + column];
                }
            }
        }
        return new Table(values, stride, reach, config.headSize(), direction);
    }
}
