package io.github.debertastreams.flink;

import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Predictions as Flink moves and keeps them: a length, then Avro's single-object encoding. Its fingerprint names the writer's
 * schema, so what an earlier version of the schema wrote is still readable.
 */
final class PredictionSerializer extends TypeSerializerSingleton<Prediction> {

    static final PredictionSerializer INSTANCE = new PredictionSerializer();

    /** The type of predictions in a job. */
    static final TypeInformation<Prediction> TYPE = new SerializedTypeInfo<>(INSTANCE);

    private PredictionSerializer() {}

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public Prediction createInstance() {
        return new Prediction();
    }

    /** Goes through the bytes: Avro's own deep copy looks for the generated classes in Avro's class loader. */
    @Override
    public Prediction copy(Prediction from) {
        return Codec.INSTANCE.decode(Codec.INSTANCE.encode(from));
    }

    @Override
    public Prediction copy(Prediction from, Prediction reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(Prediction prediction, DataOutputView target) throws IOException {
        byte[] bytes = Codec.INSTANCE.encode(prediction);
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    @Override
    public Prediction deserialize(DataInputView source) throws IOException {
        byte[] bytes = new byte[source.readInt()];
        source.readFully(bytes);
        return Codec.INSTANCE.decode(bytes);
    }

    @Override
    public Prediction deserialize(Prediction reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        // read first: DataOutputSerializer does not grow when it copies from a view
        byte[] bytes = new byte[source.readInt()];
        source.readFully(bytes);
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    @Override
    public TypeSerializerSnapshot<Prediction> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Made at the first record and not where a job is unpacked: Avro leaves traces in threads, and those of a JobManager live on. */
    private static final class Codec {
        static final PredictionCodec<Prediction> INSTANCE = PredictionCodec.predictions();
    }

    /** Says in a savepoint that this serializer wrote. Public with a public constructor, as Flink instantiates it by name. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Prediction> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
