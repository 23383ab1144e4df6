package io.github.debertastreams.model.kernel;

import io.github.debertastreams.model.error.ModelException;

/**
 * A table of embeddings: {@code values} is {@code [rows, width]}, row-major, owned by the table and not written to. Threads may
 * share it.
 *
 * @param what what its rows stand for, such as "input id"
 */
public record EmbeddingTable(String what, float[] values, int width) {

    public int rows() {
        return values.length / width;
    }

    /** Writes the embedding of {@code id} to {@code out} from {@code offset} on; refuses an id without one. */
    public void copy(int id, float[] out, int offset) {
        System.arraycopy(values, start(id), out, offset, width);
    }

    /** Adds the embedding of {@code id} to {@code out} from {@code offset} on; refuses an id without one. */
    public void add(Kernels kernels, int id, float[] out, int offset) {
        kernels.add(values, start(id), out, offset, width);
    }

    private int start(int id) {
        if (id < 0 || id >= rows()) {
            throw ModelException.invalidInput(what + " is " + id + ", expected 0 to " + (rows() - 1));
        }
        return id * width;
    }
}
