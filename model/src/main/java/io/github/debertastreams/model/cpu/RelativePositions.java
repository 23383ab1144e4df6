package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Position keys (or queries) of one layer: for each distance the vector of its bucket, all attention heads, laid out so that distances
 * that follow each other are contiguous. They depend on weights alone, and are projected as far as texts have reached. Component k of
 * attention head h is row {@code h * headSize + k}.
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

    /** Distances of the first table, to either side: many texts are no longer. */
    private static final int LEAST_REACH = 64;

    private final AttentionConfig config;
    private final Direction direction;
    private final int readBeyond;
    /** A table that reaches so far holds all vectors that there are. */
    private final int completeReach;
    /** Null once the table is complete, from which a longer one can be made. */
    private @Nullable Projection projection;

    private volatile Table table;

    /** Projects rows of {@code rel_embeddings}. */
    interface Projection {
        /** Writes {@code [rows, heads * headSize]} from the start. */
        void project(int firstRow, int rows, float[] to);
    }

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

    /** @param readBeyond columns that may be read beyond the last distance */
    RelativePositions(Projection projection, AttentionConfig config, Direction direction, int readBeyond) {
        this.config = config;
        this.direction = direction;
        this.readBeyond = readBeyond;
        this.completeReach = config.farthest() + 1;
        this.projection = projection;
        this.table = new Table(new float[0], 0, 0, config.headSize(), direction);
    }

    /** A table for positions below {@code extent}; one longer than the last is made when first asked for, and kept. */
    Table upTo(int extent) {
        Table current = table;
        return extent > current.reach ? longer(extent) : current;
    }

    /** Tabulates every vector that there is, unless that takes a table much larger than their number. */
    void complete() {
        upTo(completeReach <= 2 * config.span() + 1 ? completeReach : config.span());
    }

    private synchronized Table longer(int extent) {
        Table current = table;
        if (extent > current.reach) { // else another thread has been here
            int reach = Math.max(extent, Math.max(LEAST_REACH, 2 * current.reach));
            // beside the projection, which goes with the complete table, a table of this size would be more than that
            boolean large = reach < completeReach && 4 * reach > completeReach;
            current = made(current, large ? completeReach : reach);
            table = current;
        }
        return current;
    }

    private Table made(Table current, int reach) {
        if (projection == null) {
            int farthest = completeReach - 1;
            return tabulate(
                    reach,
                    current.values,
                    current.stride,
                    distance -> current.column(Math.max(-farthest, Math.min(distance, farthest))));
        }
        int first = config.relativeRow(1 - reach);
        int rows = config.relativeRow(reach - 1) - first + 1;
        float[] projected = new float[Math.multiplyExact(rows, config.width())];
        projection.project(first, rows, projected);
        Table made = tabulate(reach, projected, 1, distance -> (config.relativeRow(distance) - first) * config.width());
        if (reach >= completeReach) { // now that there was memory for it
            projection = null;
        }
        return made;
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
        int[] firsts = new int[2 * reach - 1];
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
