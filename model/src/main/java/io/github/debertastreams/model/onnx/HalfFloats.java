package io.github.debertastreams.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Floats to IEEE 754 half precision, to the nearest, ties to even. */
final class HalfFloats {

    private static final int DROPPED_BITS = 13;
    private static final int LARGEST_FINITE = 0x477fe000;
    private static final int SMALLEST_NORMAL = 0x38800000;

    private HalfFloats() {}

    static ByteBuffer bytes(ByteBuffer floats) {
        FloatBuffer values = floats.asFloatBuffer();
        ByteBuffer halves =
                ByteBuffer.allocateDirect(values.remaining() * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            halves.putShort(of(values.get()));
        }
        return halves.flip();
    }

    static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude
                < SMALLEST_NORMAL) { // adding one half's worth of the smallest normal aligns the bits and rounds them
            float aligned = Math.abs(value) + 0.5f;
            return (short) (sign | Float.floatToRawIntBits(aligned) - Float.floatToRawIntBits(0.5f));
        }
        int rounded = magnitude + 0xfff + (magnitude >>> DROPPED_BITS & 1);
        if (rounded > LARGEST_FINITE + 0x1fff) {
            return (short) (sign | 0x7c00);
        }
        return (short) (sign | rounded - (112 << 23) >>> DROPPED_BITS);
    }
}
