package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one protobuf message, in order, from bytes that are there: a length that a file claims is checked before anything
 * is made of it. Source: the protobuf encoding (varints, little-endian fixed fields, length-delimited fields).
 */
final class ProtobufReader {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final String where;
    private final ByteBuffer buffer;
    private int field;
    private int wireType;

    ProtobufReader(String where, byte[] content) {
        this(where, ByteBuffer.wrap(content));
    }

    private ProtobufReader(String where, ByteBuffer buffer) {
        this.where = where;
        this.buffer = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Goes on to the next field, whose value must then be read or {@link #skip}ped. False at the end of the message. */
    boolean next() {
        if (!buffer.hasRemaining()) {
            return false;
        }
        long key = varint();
        field = (int) (key >>> 3);
        wireType = (int) (key & 7);
        if (key >>> 32 != 0 || field == 0) {
            throw broken("has the field number " + (key >>> 3));
        }
        return true;
    }

    int field() {
        return field;
    }

    int intValue() {
        require(VARINT);
        return (int) varint();
    }

    boolean booleanValue() {
        require(VARINT);
        return varint() != 0;
    }

    float floatValue() {
        require(FIXED32);
        requireRemaining(4);
        return buffer.getFloat();
    }

    byte[] bytesValue() {
        ByteBuffer value = slice();
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }

    String textValue() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice()).toString();
        } catch (CharacterCodingException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE,
                    where + ": field " + field + " is not UTF-8, before byte " + position(),
                    e);
        }
    }

    /** The message that is the value of this field; {@code name} goes with it into error messages. */
    ProtobufReader messageValue(String name) {
        return new ProtobufReader(where + ": " + name, slice());
    }

    void skip() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case BYTES -> slice();
            case FIXED32 -> advance(4);
            default -> throw broken("has a value of the wire type " + wireType);
        }
    }

    private ByteBuffer slice() {
        require(BYTES);
        long length = varint();
        if (length < 0 || length > buffer.remaining()) {
            throw broken("claims a value of " + Long.toUnsignedString(length) + " bytes, " + buffer.remaining()
                    + " are there");
        }
        ByteBuffer value = buffer.slice(buffer.position(), (int) length);
        advance((int) length);
        return value;
    }

    private void advance(int bytes) {
        requireRemaining(bytes);
        buffer.position(buffer.position() + bytes);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            requireRemaining(1);
            byte next = buffer.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw broken("has a varint of more than 10 bytes");
    }

    private void requireRemaining(int bytes) {
        if (buffer.remaining() < bytes) {
            throw broken("ends within a value");
        }
    }

    private void require(int wanted) {
        if (wireType != wanted) {
            throw broken("has the wire type " + wireType + ", expected " + wanted);
        }
    }

    private int position() {
        return buffer.position();
    }

    private ModelException broken(String what) {
        return ModelException.bundle(where + ": field " + field + " " + what + ", before byte " + position());
    }
}
