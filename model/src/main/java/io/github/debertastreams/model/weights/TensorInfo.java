package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.error.ModelException;
import java.util.Arrays;

/**
 * What a file says about one tensor. Its size in bytes has been checked against the file and fits a {@code long}.
 *
 * @param name the name in the file
 * @param shape owned by the record; empty for a tensor without dimensions
 */
public record TensorInfo(String name, Type type, long[] shape) {

    /** Element types, named as safetensors names them. */
    public enum Type {
        F64(8),
        F32(4),
        F16(2),
        BF16(2),
        I64(8),
        I32(4),
        I16(2),
        I8(1),
        U8(1),
        BOOL(1);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        public int bytes() {
            return bytes;
        }
    }

    /** Elements of the tensor; a tensor without dimensions has one. */
    public long elements() {
        long elements = 1;
        for (long dimension : shape) {
            elements *= dimension;
        }
        return elements;
    }

    /** Bytes of the tensor's elements. */
    long byteLength() {
        return elements() * type.bytes();
    }

    /** Bytes that a tensor of such a shape takes, or -1 where that does not fit a {@code long} or a dimension is negative. */
    static long byteLength(Type type, long[] shape) {
        long bytes = type.bytes();
        boolean empty = false;
        for (long dimension : shape) {
            if (dimension < 0) {
                return -1;
            }
            empty |= dimension == 0;
        }
        try {
            for (long dimension : shape) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
        } catch (ArithmeticException e) {
            return -1;
        }
        return empty ? 0 : bytes;
    }

    /** Refuses any other shape, naming both. */
    void requireShape(String where, long... expected) {
        if (!Arrays.equals(shape, expected)) {
            throw ModelException.bundle(where + ": '" + name + "' is " + Arrays.toString(shape) + ", expected "
                    + Arrays.toString(expected) + ": wrong checkpoint for this config.json?");
        }
    }
}
