package io.github.debertastreams.flink;

import io.github.debertastreams.schemas.Prediction;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The type of {@link Prediction}s in a job; needs no flink-avro. */
final class PredictionTypeInfo extends TypeInformation<Prediction> {

    static final PredictionTypeInfo INSTANCE = new PredictionTypeInfo();

    private PredictionTypeInfo() {}

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public Class<Prediction> getTypeClass() {
        return Prediction.class;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<Prediction> createSerializer(SerializerConfig config) {
        return PredictionSerializer.INSTANCE;
    }

    @Override
    public String toString() {
        return "Prediction";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PredictionTypeInfo;
    }

    @Override
    public int hashCode() {
        return PredictionTypeInfo.class.hashCode();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof PredictionTypeInfo;
    }
}
