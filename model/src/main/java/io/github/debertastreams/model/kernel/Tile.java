package io.github.debertastreams.model.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A register tile of the matrix product: a few rows by two vectors, all of the inner dimension in one go, so that the result
 * is written once and never read.
 *
 * <p>Each body is straight-line code on purpose: one accumulator that the compiler spills costs half the speed, and a loop or an array
 * of vectors costs all of it.
 *
 * <p>A sum is cast to its class before it is stored. What leaves a loop is to the compiler any {@code FloatVector}, unless a profile says
 * which; and code that is compiled while the compiler's queue is long may have none. Then the store stays a call, and each turn of the loop
 * makes objects for the rest of the process's life. The same holds within the loop for a sum that a method is called on.
 *
 * @param interleaved 0 if it reads its rows of the left matrix where they are; else the stride of {@code [inner, rows]}
 * @param ahead the same product, with loads of what is to be multiplied next; null if there is none
 * @param leastAhead the least rate that it loads at
 * @param <B> what the right matrix is stored in: floats, or pairs of bfloat16 in ints
 */
record Tile<B>(
        int rows, int interleaved, Body<B> body, @Nullable Ahead<B> ahead, int leastAhead) {

    /** The greatest rate at which {@link Ahead} loads, in values for each step of the inner dimension: half of a line. Memory gives no more. */
    static final int MOST_AHEAD = CacheLines.FLOATS / 2;

    /** One that reads its rows where they are. */
    Tile(int rows, Body<B> body) {
        this(rows, 0, body);
    }

    Tile(int rows, int interleaved, Body<B> body) {
        this(rows, interleaved, body, null, MOST_AHEAD);
    }

    /** {@code c = bias + a · b} for a number of rows and columns, each matrix with an offset and a row stride. */
    interface Body<B> {
        void run(
                float[] a,
                int a0,
                int aStride,
                B b,
                int b0,
                int bStride,
                int inner,
                float[] bias,
                int bias0,
                float[] c,
                int c0,
                int cStride);
    }

    /**
     * {@link Body}, and besides it loads {@code rate * inner} values of {@code b} from {@code next} on: so memory works while rows are
     * multiplied that do not wait for it. Returns what is of no use, since the compiler leaves out loads that nothing comes of.
     */
    interface Ahead<B> {
        float run(
                float[] a,
                int a0,
                int aStride,
                B b,
                int b0,
                int bStride,
                int inner,
                float[] bias,
                int bias0,
                float[] c,
                int c0,
                int cStride,
                int next,
                int rate);
    }
}
