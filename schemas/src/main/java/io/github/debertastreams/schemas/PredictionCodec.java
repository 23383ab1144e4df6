package io.github.debertastreams.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Events and predictions in Avro's single-object encoding: the bytes C3 01, the fingerprint of the writer's schema, the datum.
 * Needs no schema registry: what any released version wrote is resolved to the current schema. Threads may share a codec.
 */
public final class PredictionCodec<T extends SpecificRecordBase> {

    /** The versions whose schemas are kept beside this class. A new version is added here when a schema changes. */
    static final List<String> RELEASED = List.of("0.1.0");

    private static final int HEADER_BYTES = 2 + Long.BYTES;
    private static final int MARKER = 0xC3;
    private static final int VERSION = 0x01;

    private final Class<T> type;
    private final SpecificData data;
    private final Schema schema;
    private final BinaryMessageEncoder<T> encoder;
    private final Map<Long, Schema> writers = new HashMap<>();

    private PredictionCodec(Class<T> type, Schema schema) {
        this.type = type;
        this.data = new GeneratedClasses(schema);
        this.schema = schema;
        this.encoder = new BinaryMessageEncoder<>(data, schema);
        for (String version : RELEASED) {
            addWriter(released(version, schema.getName()));
        }
        addWriter(schema);
    }

    public static PredictionCodec<TextEvent> textEvents() {
        return new PredictionCodec<>(TextEvent.class, TextEvent.getClassSchema());
    }

    public static PredictionCodec<Prediction> predictions() {
        return new PredictionCodec<>(Prediction.class, Prediction.getClassSchema());
    }

    /** The class of the records. */
    public Class<T> type() {
        return type;
    }

    public byte[] encode(T value) {
        try {
            ByteBuffer buffer = encoder.encode(value);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (AvroRuntimeException | NullPointerException e) {
            throw new IllegalArgumentException(
                    "not a complete " + schema.getName() + ", a required field is missing: " + e.getMessage(), e);
        }
    }

    /**
     * Reads what any released version wrote.
     *
     * @throws UndecodableException when the bytes are not one record of this type
     */
    public T decode(byte[] bytes) {
        if (!isSingleObject(bytes)) {
            throw new UndecodableException("not an Avro single-object " + schema.getName()
                    + ": expected C3 01 and 8 bytes" + " of fingerprint at the start of " + bytes.length + " bytes");
        }
        long fingerprint = fingerprint(bytes);
        Schema writer = writers.get(fingerprint);
        if (writer == null) {
            throw new UndecodableException(String.format(
                    "unknown schema fingerprint %016x: %s is known as written by %s; was it written by a newer version?",
                    fingerprint, schema.getName(), RELEASED));
        }
        ByteBuffer datum = ByteBuffer.wrap(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES)
                .slice();
        return decode(writer, datum);
    }

    /** The record of bare bytes that were written by this schema, resolved to the current one. */
    public T decode(Schema writer, ByteBuffer datum) {
        return AvroBinary.read(new SpecificDatumReader<>(writer, schema, data), writer, datum);
    }

    /** The record by the current schema in Avro's binary encoding, with nothing before it. */
    public ByteBuffer datum(T value) {
        byte[] bytes = encode(value);
        return ByteBuffer.wrap(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES).slice();
    }

    /** The schema that values are written by. */
    public Schema schema() {
        return schema;
    }

    /** Whether the bytes start as Avro's single-object encoding does. */
    public static boolean isSingleObject(byte[] bytes) {
        return bytes.length >= HEADER_BYTES && (bytes[0] & 0xFF) == MARKER && bytes[1] == VERSION;
    }

    /** The datum of single-object bytes whose writer had this schema; all of the bytes where they are not single-object bytes. */
    public static ByteBuffer datumOf(Schema writer, byte[] bytes) {
        boolean framed =
                isSingleObject(bytes) && fingerprint(bytes) == SchemaNormalization.parsingFingerprint64(writer);
        return ByteBuffer.wrap(bytes).position(framed ? HEADER_BYTES : 0).slice();
    }

    private static long fingerprint(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    }

    private void addWriter(Schema writer) {
        writers.putIfAbsent(SchemaNormalization.parsingFingerprint64(writer), writer);
    }

    static Schema released(String version, String name) {
        String resource = "released/" + version + "/" + name + ".avsc";
        try (InputStream in = PredictionCodec.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing beside " + PredictionCodec.class.getName());
            }
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
