package io.github.debertastreams.model.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode, sound ones and others. */
final class PickleWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A pickle that begins as torch.save's do. */
    static PickleWriter protocol(int version) {
        return new PickleWriter().raw(0x80, version);
    }

    static PickleWriter pickle() {
        return protocol(2);
    }

    PickleWriter raw(int... bytes) {
        for (int value : bytes) {
            out.write(value);
        }
        return this;
    }

    PickleWriter op(char... opcodes) {
        for (char opcode : opcodes) {
            out.write(opcode);
        }
        return this;
    }

    PickleWriter repeat(int times, int... bytes) {
        for (int i = 0; i < times; i++) {
            raw(bytes);
        }
        return this;
    }

    PickleWriter append(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    PickleWriter int32(int value) {
        return append(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    PickleWriter int64(long value) {
        return append(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    PickleWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X').int32(utf8.length).append(utf8);
    }

    /** A whole number, as LONG1 of eight bytes. */
    PickleWriter number(long value) {
        return raw(0x8a, 8).int64(value);
    }

    PickleWriter numbers(long... values) {
        op('(');
        for (long value : values) {
            number(value);
        }
        return op('t');
    }

    PickleWriter global(String module, String name) {
        return op('c').append((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A persistent id of a storage. */
    PickleWriter storage(String type, String key, long elements) {
        return op('(').text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .number(elements)
                .op('t', 'Q');
    }

    /** An empty OrderedDict. */
    PickleWriter orderedDict() {
        return global("collections", "OrderedDict").op(')', 'R');
    }

    /** A tensor of storage "0" of four floats. */
    PickleWriter tensor(long offset, long[] shape, long[] strides) {
        return tensor("FloatStorage", "0", 4, offset, shape, strides);
    }

    PickleWriter tensor(String type, String key, long elements, long offset, long[] shape, long[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .op('(')
                .storage(type, key, elements)
                .number(offset)
                .numbers(shape)
                .numbers(strides)
                .raw(0x89)
                .orderedDict()
                .op('t', 'R');
    }

    byte[] stop() {
        return op('.').bytes();
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
