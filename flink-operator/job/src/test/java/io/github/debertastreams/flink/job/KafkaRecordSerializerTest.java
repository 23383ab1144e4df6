package io.github.debertastreams.flink.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.flink.job.KafkaRecord.Header;
import io.github.debertastreams.flink.job.KafkaRecord.Place;
import java.io.IOException;
import java.util.HexFormat;
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
        check(new KafkaRecord("other", PLACE, null, null, List.of(new Header("ü".repeat(70_000), null)), -1));
    }

    /** What is in flight in the savepoints of 0.1.0 must stay readable, whatever is written from then on. */
    @Test
    void theBytesOfTheFirstVersionAreRead() throws IOException {
        byte[] bytes = HexFormat.of()
                .parseHex("01" + "00066576656e7473" + "00066576656e7473" + "00000003" + "0000010000000000"
                        + "000000000000000c" + "0000000101" + "ffffffff" + "00000001" + "000168" + "0000000104");

        assertThat(KafkaRecordSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes)))
                .usingRecursiveComparison()
                .isEqualTo(new KafkaRecord(
                        "events", PLACE, new byte[] {1}, null, List.of(new Header("h", new byte[] {4})), 12));
    }

    @Test
    void anotherVersionIsRefused() {
        assertThatThrownBy(() -> KafkaRecordSerializer.INSTANCE.deserialize(new DataInputDeserializer(new byte[] {9})))
                .hasMessage("a record of version 9, expected 2 or 1");
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
