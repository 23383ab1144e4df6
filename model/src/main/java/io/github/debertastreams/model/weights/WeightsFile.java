package io.github.debertastreams.model.weights;

import java.util.Set;

/** Names to tensors in one format, whatever the names mean. Threads may share it. */
sealed interface WeightsFile extends AutoCloseable permits SafetensorsFile, TorchFile, TensorFlowFile, ShardedFile {

    /** Names of the tensors, in the file's order. */
    Set<String> names();

    /** What the file says about a tensor. */
    TensorInfo info(String name);

    /**
     * The tensor's elements in row-major order, whatever floating type the file holds. The one array returned is all that is
     * allocated: the elements are read from the mapped file into it.
     */
    float[] floats(String name);

    @Override
    void close();
}
