package io.github.debertastreams.flink.job;

import io.github.debertastreams.flink.job.KafkaRecord.Header;
import io.github.debertastreams.flink.job.KafkaRecord.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Records as Flink moves and keeps them: what is in flight stands so in savepoints. The first byte is the form's version. */
final class KafkaRecordSerializer extends TypeSerializerSingleton<KafkaRecord> {

    static final KafkaRecordSerializer INSTANCE = new KafkaRecordSerializer();

    private static final long serialVersionUID = 1;
    private static final int VERSION = 2;
    /** Its names of headers are at most 65,535 bytes long. */
    private static final int SHORT_NAMES = 1;

    private static final int NULL = -1;

    private KafkaRecordSerializer() {}

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public KafkaRecord createInstance() {
        return new KafkaRecord("", new Place("", 0, 0), null, null, List.of(), -1);
    }

    @Override
    public KafkaRecord copy(KafkaRecord from) {
        return from;
    }

    @Override
    public KafkaRecord copy(KafkaRecord from, KafkaRecord reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(KafkaRecord record, DataOutputView out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(record.topic());
        out.writeUTF(record.place().topic());
        out.writeInt(record.place().partition());
        out.writeLong(record.place().offset());
        out.writeLong(record.timestamp());
        writeBytes(record.key(), out);
        writeBytes(record.value(), out);
        out.writeInt(record.headers().size());
        for (Header header : record.headers()) {
            writeBytes(header.name().getBytes(StandardCharsets.UTF_8), out);
            writeBytes(header.value(), out);
        }
    }

    @Override
    public KafkaRecord deserialize(DataInputView in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION && version != SHORT_NAMES) {
            throw new IOException("a record of version " + version + ", expected " + VERSION + " or " + SHORT_NAMES);
        }
        String topic = in.readUTF();
        Place place = new Place(in.readUTF(), in.readInt(), in.readLong());
        long timestamp = in.readLong();
        byte[] key = readBytes(in);
        byte[] value = readBytes(in);
        int count = in.readInt();
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = version == SHORT_NAMES ? in.readUTF() : readText(in);
            headers.add(new Header(name, readBytes(in)));
        }
        return new KafkaRecord(topic, place, key, value, headers, timestamp);
    }

    @Override
    public KafkaRecord deserialize(KafkaRecord reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    @Override
    public TypeSerializerSnapshot<KafkaRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Says in a savepoint that this serializer wrote. Public with a public constructor, as Flink instantiates it by name. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<KafkaRecord> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }

    private static void writeBytes(byte @Nullable [] bytes, DataOutputView out) throws IOException {
        if (bytes == null) {
            out.writeInt(NULL);
        } else {
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    private static byte @Nullable [] readBytes(DataInputView in) throws IOException {
        int length = in.readInt();
        return length == NULL ? null : readBytes(in, length);
    }

    private static String readText(DataInputView in) throws IOException {
        return new String(readBytes(in, in.readInt()), StandardCharsets.UTF_8);
    }

    private static byte[] readBytes(DataInputView in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
