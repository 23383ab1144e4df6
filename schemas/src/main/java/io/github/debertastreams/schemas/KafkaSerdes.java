package io.github.debertastreams.schemas;

import io.github.debertastreams.schemas.registry.ConfluentCodec;
import io.github.debertastreams.schemas.registry.SchemaRegistryClient;
import io.github.debertastreams.schemas.registry.SubjectStrategy;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** The codecs as Kafka serdes; a null value stays null. Needs kafka-clients, which this module does not bring along. */
public final class KafkaSerdes {

    private KafkaSerdes() {}

    /** In Avro's single-object encoding. */
    public static Serde<Prediction> predictions() {
        PredictionCodec<Prediction> codec = PredictionCodec.predictions();
        return of((topic, value) -> codec.encode(value), codec::decode);
    }

    /** In Avro's single-object encoding. */
    public static Serde<TextEvent> textEvents() {
        PredictionCodec<TextEvent> codec = PredictionCodec.textEvents();
        return of((topic, value) -> codec.encode(value), codec::decode);
    }

    /**
     * In Confluent's wire format.
     *
     * @param register whether a schema that the registry lacks is registered; otherwise writing fails
     */
    public static Serde<Prediction> predictions(
            SchemaRegistryClient registry, SubjectStrategy strategy, boolean register) {
        ConfluentCodec<Prediction> codec =
                new ConfluentCodec<>(PredictionCodec.predictions(), registry, strategy, register);
        return of(codec::encode, codec::decode);
    }

    /** In Confluent's wire format. */
    public static Serde<TextEvent> textEvents(
            SchemaRegistryClient registry, SubjectStrategy strategy, boolean register) {
        ConfluentCodec<TextEvent> codec =
                new ConfluentCodec<>(PredictionCodec.textEvents(), registry, strategy, register);
        return of(codec::encode, codec::decode);
    }

    private static <T> Serde<T> of(BiFunction<String, T, byte[]> encode, Function<byte[], T> decode) {
        return Serdes.serdeFrom(new CodecSerializer<>(encode), new CodecDeserializer<>(decode));
    }

    private record CodecSerializer<T>(BiFunction<String, T, byte[]> encode) implements Serializer<T> {
        @Override
        public byte @Nullable [] serialize(String topic, @Nullable T value) {
            return value == null ? null : encode.apply(topic, value);
        }
    }

    private record CodecDeserializer<T>(Function<byte[], T> decode) implements Deserializer<T> {
        @Override
        public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
            try {
                return bytes == null ? null : decode.apply(bytes);
            } catch (UndecodableException e) {
                throw new SerializationException("topic " + topic + ": " + e.getMessage(), e);
            }
        }
    }
}
