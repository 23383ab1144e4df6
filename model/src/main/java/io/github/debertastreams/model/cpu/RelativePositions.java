package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.kernel.CacheLines;
import io.github.debertastreams.model.kernel.Kernels;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Position keys (or queries) of one layer: for each distance the vector of its bucket, all attention heads, laid out so that distances
 * that follow each other are contiguous. They depend on weights alone, and are projected as far as texts have reached.
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

    /** Distances tabulated together: their rows stay in the nearest cache, and a line of the table is written as a whole. */
    private static final int BLOCK = 16;

    /** Distances of the first table, to either side: many texts are no longer. */
    private static final int LEAST_REACH = 64;

    private final AttentionConfig config;
    private final Direction direction;
    private final Kernels kernels;
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

    /**
     * {@code values}, from {@link CacheLines#FIRST} on, is {@code [heads, columns / width, headSize, width]}: for each head a right matrix of
     * {@link Kernels#multiply}.
     *
     * @param width columns of a panel
     */
    record Table(float[] values, int columns, int width, int reach, int headSize, Direction direction) {

        /** Where a column's entry is for component 0 of a head; a component's next one lies a width behind. */
        int at(int head, int column) {
            return CacheLines.FIRST + head * headSize * columns + column / width * width * headSize + column % width;
        }

        /** The first column of this one's panel, with which a product can begin. */
        int begin(int column) {
            return column - column % width;
        }

        /** Of a distance; those of the next distances follow. */
        int column(int distance) {
            return reach - 1 + (direction == Direction.UP ? distance : -distance);
        }

        /** Of the column. */
        private int distance(int column) {
            int rising = column - (reach - 1);
            return direction == Direction.UP ? rising : -rising;
        }
    }

    /** @param kernels what tables are laid out for */
    RelativePositions(Projection projection, AttentionConfig config, Direction direction, Kernels kernels) {
        this.config = config;
        this.direction = direction;
        this.kernels = kernels;
        this.completeReach = config.farthest() + 1;
        this.projection = projection;
        this.table = new Table(new float[0], 0, 1, 0, config.headSize(), direction);
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
                    config.headSize() * current.columns,
                    current.width,
                    distance -> current.at(0, current.column(Math.max(-farthest, Math.min(distance, farthest)))));
        }
        int first = config.relativeRow(1 - reach);
        int rows = config.relativeRow(reach - 1) - first + 1;
        float[] projected = new float[Math.multiplyExact(rows, config.width())];
        projection.project(first, rows, projected);
        Table made = tabulate(
                reach,
                projected,
                config.headSize(),
                1,
                distance -> (config.relativeRow(distance) - first) * config.width());
        if (reach >= completeReach) { // now that there was memory for it
            projection = null;
        }
        return made;
    }

    /**
     * @param from where vectors are, their heads {@code headStride} apart, and a head's components {@code fromStride}
     * @param firstOf where the one of a distance begins
     */
    private Table tabulate(int reach, float[] from, int headStride, int fromStride, IntUnaryOperator firstOf) {
        int size = config.headSize();
        int columns = kernels.wholeColumns(2 * reach);
        int width = kernels.panelWidth();
        float[] values = new float[Math.addExact(CacheLines.FIRST, Math.multiplyExact(config.width(), columns))];
        Table made = new Table(values, columns, width, reach, size, direction);
        int[] firsts = new int[2 * reach - 1];
        Arrays.setAll(firsts, column -> firstOf.applyAsInt(made.distance(column)));
        int block = Math.min(BLOCK, width);
        for (int first = 0; first < firsts.length; first += block) {
            int end = Math.min(first + block, firsts.length);
            for (int head = 0; head < config.numHeads(); head++) {
                int target = made.at(head, first);
                int source = head * headStride;
                for (int k = 0; k < size; k++) {
                    for (int column = first; column < end; column++) {
                        values[target + k * width + column - first] = from[firsts[column] + source + k * fromStride];
                    }
                }
            }
        }
        return made;
    }
}
