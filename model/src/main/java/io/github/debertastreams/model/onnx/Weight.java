package io.github.debertastreams.model.onnx;

import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * A tensor that a graph names and whose elements stay outside of it.
 *
 * @param shape owned by the record
 * @param elements little-endian, row-major, in direct memory: a view on a mapped file, or made when asked for
 */
record Weight(String name, ElementType type, long[] shape, Supplier<ByteBuffer> elements) {

    long byteLength() {
        long length = type.bytes();
        for (long dimension : shape) {
            length = Math.multiplyExact(length, dimension);
        }
        return length;
    }
}
