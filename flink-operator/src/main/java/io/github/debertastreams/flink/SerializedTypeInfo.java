package io.github.debertastreams.flink;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * A type that one serializer of our own moves and keeps, where Flink's choice would be Kryo or need flink-avro. No keys.
 *
 * <p>Has no class as a field: reading it back would initialise the class, and where a JobManager unpacks a job's functions a
 * generated class of Avro would leave something of its class loader in the thread.
 */
public final class SerializedTypeInfo<T> extends TypeInformation<T> {

    private static final long serialVersionUID = 1;

    private final TypeSerializer<T> serializer;

    /** @param serializer one that creates instances */
    public SerializedTypeInfo(TypeSerializer<T> serializer) {
        this.serializer = serializer;
    }

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
    @SuppressWarnings("unchecked") // what it creates is a T
    public Class<T> getTypeClass() {
        return (Class<T>) serializer.createInstance().getClass();
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return serializer;
    }

    @Override
    public String toString() {
        return getTypeClass().getSimpleName();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SerializedTypeInfo<?> info && serializer.equals(info.serializer);
    }

    @Override
    public int hashCode() {
        return serializer.hashCode();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof SerializedTypeInfo;
    }
}
