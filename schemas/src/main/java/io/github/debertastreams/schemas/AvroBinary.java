package io.github.debertastreams.schemas;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;

/** Reads Avro's bare binary encoding from bytes that nobody vouches for. */
public final class AvroBinary {

    private AvroBinary() {}

    /**
     * Reads one datum, which must be all of the bytes; their position does not move.
     *
     * @throws UndecodableException when the bytes are not one datum of the writer's schema
     */
    public static <T> T read(DatumReader<T> reader, Schema writer, ByteBuffer bytes) {
        DatumBounds.check(writer, bytes);
        byte[] datum = new byte[bytes.remaining()];
        bytes.duplicate().get(datum);
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(datum, null);
        try {
            return reader.read(null, decoder);
        } catch (IOException | AvroRuntimeException | ClassCastException e) {
            throw new UndecodableException("not a readable Avro " + writer.getName() + ": " + e.getMessage(), e);
        }
    }
}
