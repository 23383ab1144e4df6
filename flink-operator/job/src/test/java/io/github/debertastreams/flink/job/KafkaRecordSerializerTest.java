package io.github.debertastreams.flink.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.flink.job.KafkaRecord.Header;
import io.github.debertastreams.flink.job.KafkaRecord.Place;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class KafkaRecordSerializerTest {

    private static final Place PLACE = new Place("events", 3, 1L << 40);

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        check(new KafkaRecord(
                "events",
                PLACE,
                new byte[] {1},
                new byte[] {2, 3},
                List.of(new Header("h", null), new Header("h", new byte[] {4})),
                12));
        check(new KafkaRecord("other", PLACE, null, null, List.of(), -1));
    }

    @Test
    void anotherVersionIsRefused() {
        assertThatThrownBy(() -> KafkaRecordSerializer.INSTANCE.deserialize(new DataInputDeserializer(new byte[] {9})))
                .hasMessage("a record of version 9, expected 1");
    }

    private static void check(KafkaRecord record) throws IOException {
        DataOutputSerializer written = new DataOutputSerializer(16);
        KafkaRecordSerializer.INSTANCE.serialize(record, written);
        DataOutputSerializer copied = new DataOutputSerializer(16);
        KafkaRecordSerializer.INSTANCE.copy(new DataInputDeserializer(written.getCopyOfBuffer()), copied);

        assertThat(KafkaRecordSerializer.INSTANCE.deserialize(new DataInputDeserializer(copied.getCopyOfBuffer())))
                .usingRecursiveComparison()
                .isEqualTo(record);
    }
}
