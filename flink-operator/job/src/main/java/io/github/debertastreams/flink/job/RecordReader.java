package io.github.debertastreams.flink.job;

import io.github.debertastreams.flink.job.KafkaRecord.Header;
import io.github.debertastreams.flink.job.KafkaRecord.Place;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes a record as it is: what its bytes mean is found out later, where a record that nobody can read is an error of its own. */
final class RecordReader implements KafkaRecordDeserializationSchema<KafkaRecord> {

    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<KafkaRecord> out) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
        Place place = new Place(record.topic(), record.partition(), record.offset());
        out.collect(new KafkaRecord(record.topic(), place, record.key(), record.value(), headers, record.timestamp()));
    }

    @Override
    public TypeInformation<KafkaRecord> getProducedType() {
        return KafkaRecord.TYPE;
    }
}
