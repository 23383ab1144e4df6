package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our versions of the codecs are newer than those that Kafka's client was built with. */
class CompressionTest {

    @ParameterizedTest
    @EnumSource
    void aBatchIsReadAsItWasWritten(CompressionType type) {
        List<String> texts = texts();
        SimpleRecord[] written = texts.stream()
                .map(text -> new SimpleRecord(text.getBytes(UTF_8)))
                .toArray(SimpleRecord[]::new);
        MemoryRecords batch = MemoryRecords.withRecords(Compression.of(type).build(), written);
        List<String> read = new ArrayList<>();
        for (Record record : batch.records()) {
            byte[] value = new byte[record.valueSize()];
            record.value().get(value);
            read.add(new String(value, UTF_8));
        }
        assertThat(batch.batches().iterator().next().compressionType()).isEqualTo(type);
        assertThat(read).isEqualTo(texts);
    }

    private static List<String> texts() {
        Random random = new Random(1);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            texts.add(("message " + random.nextInt(10) + " ").repeat(random.nextInt(100)));
        }
        return texts;
    }
}
