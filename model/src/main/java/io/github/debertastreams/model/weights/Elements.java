package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Little-endian bytes of a file to numbers: the one place that knows how each floating type is widened. */
final class Elements {

    private Elements() {}

    /** Maps a tensor's bytes. The mapping is no heap memory and goes with its buffer. */
    static ByteBuffer map(Path path, FileChannel channel, TensorInfo info, long offset, long length) {
        if (length > Integer.MAX_VALUE) {
            throw tooLong(path, info, length);
        }
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE, path + ": '" + info.name() + "' cannot be mapped: " + e, e);
        }
    }

    /** Elements of a tensor as an array length. */
    static int count(Path path, TensorInfo info) {
        if (info.byteLength() > Integer.MAX_VALUE) {
            throw tooLong(path, info, info.byteLength());
        }
        return (int) info.elements();
    }

    /** The elements of a tensor whose bytes lie densely in row-major order. */
    static float[] floats(Path path, TensorInfo info, ByteBuffer bytes) {
        requireFloating(path, info);
        float[] values = new float[count(path, info)];
        if (info.type() == TensorInfo.Type.F32) {
            bytes.asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = floatAt(bytes, info.type(), i);
            }
        }
        return values;
    }

    /** Floats as little-endian bytes in direct memory. */
    static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, values.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    /** One element of a floating type, widened to a float, or rounded to the nearest one from F64. */
    static float floatAt(ByteBuffer bytes, TensorInfo.Type type, int index) {
        return switch (type) {
            case F32 -> bytes.getFloat(4 * index);
            case F16 -> HalfPrecision.toFloat(bytes.getShort(2 * index));
            case BF16 -> Float.intBitsToFloat(bytes.getShort(2 * index) << 16);
            case F64 -> (float) bytes.getDouble(8 * index);
            default -> throw new IllegalArgumentException(type + " is no floating type");
        };
    }

    static void requireFloating(Path path, TensorInfo info) {
        switch (info.type()) {
            case F32, F16, BF16, F64 -> {}
            default ->
                throw ModelException.bundle(
                        path + ": '" + info.name() + "' is " + info.type() + ", expected F32, F16, BF16 or F64");
        }
    }

    private static ModelException tooLong(Path path, TensorInfo info, long bytes) {
        return ModelException.bundle(
                path + ": '" + info.name() + "' has " + bytes + " bytes, expected at most " + Integer.MAX_VALUE);
    }
}
