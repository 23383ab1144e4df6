package io.github.debertastreams.model.kernel;

/**
 * A register tile of the matrix product: a few rows by two or three vectors, all of the inner dimension in one go, so that the result
 * is written once and never read.
 *
 * <p>Each body is straight-line code on purpose: one accumulator that the compiler spills costs half the speed, and a loop or an array
 * of vectors costs all of it.
 *
 * @param <B> what the right matrix is stored in: floats, or pairs of bfloat16 in ints
 */
record Tile<B>(int rows, Body<B> body) {

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
}
