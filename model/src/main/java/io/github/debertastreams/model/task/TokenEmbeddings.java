package io.github.debertastreams.model.task;

/**
 * One vector for each token of a text, special ones included: {@code [T, H]}, row-major. The array is owned by the prediction;
 * nobody changes it.
 *
 * @param size of one vector: H
 */
public record TokenEmbeddings(float[] vectors, int size) implements Prediction {

    public TokenEmbeddings {
        if (size < 1 || vectors.length % size != 0) {
            throw new IllegalArgumentException(vectors.length + " values are no vectors of " + size);
        }
    }

    /** Tokens: T. */
    public int tokens() {
        return vectors.length / size;
    }
}
