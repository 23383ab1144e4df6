package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.error.ModelException;
import java.util.Arrays;

/**
 * Where one tensor lies in its file. The sizes have been checked against each other: {@code shape} and {@code type} make exactly
 * {@code byteLength} bytes.
 */
public record TensorInfo(String name, Type type, long[] shape, long byteOffset, long byteLength) {

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
        return byteLength / type.bytes();
    }

    /** Refuses any other shape, naming both. */
    void requireShape(String where, long... expected) {
        if (!Arrays.equals(shape, expected)) {
            throw ModelException.bundle(where + ": '" + name + "' is " + Arrays.toString(shape) + ", expected "
                    + Arrays.toString(expected) + ": wrong checkpoint for this config.json?");
        }
    }
}
