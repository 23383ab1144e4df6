package io.github.debertastreams.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class PredictionCodecTest {

    private final PredictionCodec<Prediction> codec = PredictionCodec.predictions();

    @Test
    void readsWhatItWrote() {
        Samples.predictions()
                .values()
                .forEach(
                        sample -> assertThat(codec.decode(codec.encode(sample))).isEqualTo(sample));
    }

    @Test
    void serdesKeepNullAndRoundTrip() {
        try (Serde<TextEvent> serde = KafkaSerdes.textEvents()) {
            byte[] bytes = serde.serializer().serialize("topic", Samples.textEvent());
            assertThat(serde.deserializer().deserialize("topic", bytes)).isEqualTo(Samples.textEvent());
            assertThat(serde.deserializer().deserialize("topic", null)).isNull();
            assertThatThrownBy(() -> serde.deserializer().deserialize("topic", new byte[] {1, 2}))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("topic topic");
        }
    }

    @Test
    void refusesForeignBytes() {
        assertThatThrownBy(() -> codec.decode(new byte[] {0, 0, 0, 0, 1, 2}))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("expected C3 01");
        byte[] event = PredictionCodec.textEvents().encode(Samples.textEvent());
        assertThatThrownBy(() -> codec.decode(event))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("unknown schema fingerprint");
    }

    @Test
    void refusesEveryTruncationAndTrailingBytes() {
        byte[] bytes = codec.encode(Objects.requireNonNull(Samples.predictions().get("EntitiesResult")));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(UndecodableException.class);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> codec.decode(longer))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("ends at byte");
    }

    @Test
    void refusesAnArrayThatTheBytesDoNotBack() {
        byte[] header = Arrays.copyOf(
                codec.encode(Samples.predictions().values().iterator().next()), 10);
        byte[] hostile = Arrays.copyOf(header, 10 + 6 + 5 + 1);
        byte[] body = {0, 0, 0, 0, 0, /* result: embedding */ 8, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 15
        };
        System.arraycopy(body, 0, hostile, 10, body.length);
        assertThatThrownBy(() -> codec.decode(hostile))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("a block of 2147483647 items");
    }

    @Test
    void changedBytesGiveARecordOrAClearRefusal() {
        Random random = new Random(7);
        for (Prediction sample : Samples.predictions().values()) {
            byte[] bytes = codec.encode(sample);
            for (int round = 0; round < 2_000; round++) {
                byte[] changed = bytes.clone();
                changed[10 + random.nextInt(bytes.length - 10)] = (byte) random.nextInt(256);
                try {
                    assertThat(codec.decode(changed)).isNotNull();
                } catch (UndecodableException e) {
                    assertThat(e).hasMessageNotContaining(": null");
                }
            }
        }
    }

    @Test
    void everyFieldIsDocumented() {
        requireDocumentation(TextEvent.getClassSchema());
        requireDocumentation(Prediction.getClassSchema());
    }

    private static void requireDocumentation(Schema schema) {
        switch (schema.getType()) {
            case RECORD -> {
                assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
                for (Schema.Field field : schema.getFields()) {
                    assertThat(field.doc())
                            .as(schema.getName() + "." + field.name())
                            .isNotBlank();
                    requireDocumentation(field.schema());
                }
            }
            case UNION -> schema.getTypes().forEach(PredictionCodecTest::requireDocumentation);
            case ARRAY -> requireDocumentation(schema.getElementType());
            case ENUM -> assertThat(schema.getDoc()).isNotBlank();
            default -> {}
        }
    }
}
