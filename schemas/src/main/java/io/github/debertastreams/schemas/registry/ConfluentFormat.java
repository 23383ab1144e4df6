package io.github.debertastreams.schemas.registry;

import io.github.debertastreams.schemas.UndecodableException;
import java.nio.ByteBuffer;

/** Confluent's wire format: byte 0, the schema's id in the registry (four bytes, big-endian), the datum in Avro's binary encoding. */
public final class ConfluentFormat {

    private static final byte MAGIC = 0;
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    private ConfluentFormat() {}

    /** @throws UndecodableException where the bytes do not start as this format does */
    public static int schemaId(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != MAGIC) {
            throw new UndecodableException("not in Confluent's wire format: " + bytes.length + " bytes"
                    + (bytes.length == 0
                            ? ""
                            : ", the first is " + (bytes[0] & 0xFF) + ", expected 0 and a schema id"));
        }
        return ByteBuffer.wrap(bytes).getInt(1);
    }

    /** What stands behind the id. */
    public static ByteBuffer datum(byte[] bytes) {
        return ByteBuffer.wrap(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES).slice();
    }

    public static byte[] frame(int schemaId, ByteBuffer datum) {
        return ByteBuffer.allocate(HEADER_BYTES + datum.remaining())
                .put(MAGIC)
                .putInt(schemaId)
                .put(datum.duplicate())
                .array();
    }
}
