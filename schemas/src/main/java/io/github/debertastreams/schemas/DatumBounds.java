package io.github.debertastreams.schemas;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;

/**
 * Walks one datum of Avro's binary encoding without building it, so that a length which the bytes do not back is refused before
 * anything is allocated for it. Source: Avro specification, "Binary Encoding".
 */
final class DatumBounds {

    private static final int MAX_DEPTH = 128;
    private static final int MAX_VARINT_BYTES = 10;

    private final ByteBuffer bytes;
    private final int length;

    private DatumBounds(ByteBuffer bytes) {
        this.bytes = bytes;
        this.length = bytes.remaining();
    }

    /**
     * Checks that the bytes are exactly one datum of the schema; their position does not move.
     *
     * @throws UndecodableException where they are not
     */
    static void check(Schema schema, ByteBuffer bytes) {
        DatumBounds bounds = new DatumBounds(bytes.slice());
        try {
            bounds.walk(schema, 0);
        } catch (BufferUnderflowException e) {
            throw new UndecodableException(
                    schema.getName() + " is cut off: it needs more than the " + bounds.length + " bytes found", e);
        }
        if (bounds.bytes.hasRemaining()) {
            throw new UndecodableException(schema.getName() + " ends at byte " + bounds.bytes.position() + ", but "
                    + bounds.length + " bytes were found");
        }
    }

    private void walk(Schema schema, int depth) {
        if (depth > MAX_DEPTH) {
            throw malformed(schema, "nested more than " + MAX_DEPTH + " deep");
        }
        switch (schema.getType()) {
            case RECORD -> schema.getFields().forEach(field -> walk(field.schema(), depth + 1));
            case UNION ->
                walk(schema.getTypes().get(index(schema, schema.getTypes().size())), depth + 1);
            case ENUM -> index(schema, schema.getEnumSymbols().size());
            case ARRAY -> walkBlocks(schema, () -> walk(schema.getElementType(), depth + 1));
            case MAP ->
                walkBlocks(schema, () -> {
                    skip(schema, varint(schema));
                    walk(schema.getValueType(), depth + 1);
                });
            case STRING, BYTES -> skip(schema, varint(schema));
            case FIXED -> skip(schema, schema.getFixedSize());
            case INT, LONG -> varint(schema);
            case FLOAT -> skip(schema, Float.BYTES);
            case DOUBLE -> skip(schema, Double.BYTES);
            case BOOLEAN -> skip(schema, 1);
            case NULL -> {}
        }
    }

    private void walkBlocks(Schema schema, Runnable item) {
        for (long count = varint(schema); count != 0; count = varint(schema)) {
            if (count < 0) {
                count = -count;
                varint(schema); // the block's size in bytes, for those who skip
            }
            if (count < 0 || count > bytes.remaining()) {
                throw malformed(schema, "a block of " + count + " items with " + bytes.remaining() + " bytes left");
            }
            for (long i = 0; i < count; i++) {
                item.run();
            }
        }
    }

    private int index(Schema schema, int size) {
        long index = varint(schema);
        if (index < 0 || index >= size) {
            throw malformed(schema, "branch or symbol " + index + " of " + size);
        }
        return (int) index;
    }

    private void skip(Schema schema, long count) {
        if (count < 0 || count > bytes.remaining()) {
            throw malformed(schema, "a length of " + count + " with " + bytes.remaining() + " bytes left");
        }
        bytes.position(bytes.position() + (int) count);
    }

    private long varint(Schema schema) {
        long zigzag = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            byte next = bytes.get();
            zigzag |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw malformed(schema, "a number of more than " + MAX_VARINT_BYTES + " bytes");
    }

    private UndecodableException malformed(Schema schema, String found) {
        return new UndecodableException(
                "malformed Avro " + schema.getName() + " at byte " + bytes.position() + ": " + found);
    }
}
