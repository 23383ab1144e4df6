package io.github.debertastreams.schemas;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** The codecs as Kafka serdes; a null value stays null. Needs kafka-clients, which this module does not bring along. */
public final class KafkaSerdes {

    private KafkaSerdes() {}

    public static Serde<Prediction> predictions() {
        return of(PredictionCodec.predictions());
    }

    public static Serde<TextEvent> textEvents() {
        return of(PredictionCodec.textEvents());
    }

    private static <T extends SpecificRecordBase> Serde<T> of(PredictionCodec<T> codec) {
        return Serdes.serdeFrom(new CodecSerializer<>(codec), new CodecDeserializer<>(codec));
    }

    private record CodecSerializer<T extends SpecificRecordBase>(PredictionCodec<T> codec) implements Serializer<T> {
        @Override
        public byte @Nullable [] serialize(String topic, @Nullable T value) {
            return value == null ? null : codec.encode(value);
        }
    }

    private record CodecDeserializer<T extends SpecificRecordBase>(PredictionCodec<T> codec)
            implements Deserializer<T> {
        @Override
        public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
            try {
                return bytes == null ? null : codec.decode(bytes);
            } catch (UndecodableException e) {
                throw new SerializationException("topic " + topic + ": " + e.getMessage(), e);
            }
        }
    }
}
