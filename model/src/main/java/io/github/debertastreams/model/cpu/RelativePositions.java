package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

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

    /** Floats of a cache line. */
    private static final int LINE = 16;

    /** Distances tabulated together: their rows stay in the nearest cache, and a line of the table is written as a whole. */
    private static final int BLOCK = 16;

    private final AttentionConfig config;
    private final Direction direction;
    private final int readBeyond;
    /** Nothing where each of them is in the table, from which a longer one can be made. */
    private final float[] rows;

    private volatile Table table;

    /** {@code values} is {@code [heads * headSize, stride]}. */
    record Table(float[] values, int stride, int reach, int headSize, Direction direction) {

        /** Where a distance's entry is in the row of component 0 of a head; entries for the next distances follow. */
        int at(int head, int distance) {
            return head * headSize * stride + column(distance);
        }

        private int column(int distance) {
            return reach - 1 + (direction == Direction.UP ? distance : -distance);
        }

        /** Of the column. */
        private int distance(int column) {
            int rising = column - (reach - 1);
            return direction == Direction.UP ? rising : -rising;
        }
    }

    /**
     * @param rows {@code [2 * span, heads * headSize]}, projections of {@code rel_embeddings}
     * @param readBeyond columns that may be read beyond the last distance
     */
    RelativePositions(float[] rows, AttentionConfig config, Direction direction, int readBeyond) {
        this.config = config;
        this.direction = direction;
        this.readBeyond = readBeyond;
        boolean all = config.farthest() <= 2 * config.span();
        this.rows = all ? new float[0] : rows;
        this.table = tabulate(all ? config.farthest() + 1 : config.span(), rows, 1, this::row);
    }

    /** A table for positions below {@code extent}; one longer than the last is made when first asked for, and kept. */
    Table upTo(int extent) {
        Table current = table;
        if (extent > current.reach) {
            current = longer(current, Math.max(extent, 2 * current.reach));
            table = current;
        }
        return current;
    }

    private Table longer(Table current, int reach) {
        if (rows.length > 0) {
            return tabulate(reach, rows, 1, this::row);
        }
        int farthest = config.farthest();
        return tabulate(
                reach,
                current.values,
                current.stride,
                distance -> current.column(Math.max(-farthest, Math.min(distance, farthest))));
    }

    private int row(int distance) {
        return config.relativeRow(distance) * config.width();
    }

    /**
     * @param from where vectors are, their components {@code fromStride} apart
     * @param firstOf where the one of a distance begins
     */
    private Table tabulate(int reach, float[] from, int fromStride, IntUnaryOperator firstOf) {
        int width = config.width();
        int stride = stride(reach);
        float[] values = new float[Math.addExact(Math.multiplyExact(width, stride), readBeyond)];
        Table made = new Table(values, stride, reach, config.headSize(), direction);
        int[] firsts = new int[2 * reach];
        Arrays.setAll(firsts, column -> firstOf.applyAsInt(made.distance(column)));
        for (int first = 0; first < firsts.length; first += BLOCK) {
            int end = Math.min(first + BLOCK, firsts.length);
            for (int component = 0; component < width; component++) {
                for (int column = first; column < end; column++) {
                    values[component * stride + column] = from[firsts[column] + component * fromStride];
                }
            }
        }
        return made;
    }

    /** An odd number of lines, so that rows do not fall into the same cache sets. */
    private static int stride(int reach) {
        int lines = (2 * reach + LINE - 1) / LINE;
        return Math.multiplyExact(lines | 1, LINE);
    }
}
