package io.github.debertastreams.model.weights;

import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /** The tensor's bytes in the mapped file, where they are little-endian floats, row-major and aligned; else null. */
    default @Nullable ByteBuffer mappedFloats(String name) {
        return null;
    }

    @Override
    void close();
}
