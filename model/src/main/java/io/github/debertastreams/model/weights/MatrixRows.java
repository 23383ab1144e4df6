package io.github.debertastreams.model.weights;

import java.nio.FloatBuffer;

/** A matrix of floats that is read row by row, so that no second copy of it need be in memory. */
public interface MatrixRows {

    /** Writes a row to {@code to} from {@code offset} on. Threads may read at the same time. */
    void copy(int row, float[] to, int offset);

    /** Rows of {@code width} floats, one after the other. */
    static MatrixRows of(FloatBuffer values, int width) {
        return (row, to, offset) -> values.get(row * width, to, offset, width);
    }

    /** The same matrix with each of its values, {@code width} to a row, times a factor. */
    default MatrixRows times(float factor, int width) {
        return (row, to, offset) -> {
            copy(row, to, offset);
            for (int i = offset; i < offset + width; i++) {
                to[i] *= factor;
            }
        };
    }
}
