package io.github.debertastreams.flink.job;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** Where records come from and where they go. */
record KafkaEnds(JobConfig config) {

    DataStream<KafkaRecord> source(StreamExecutionEnvironment env, String topic) {
        KafkaClients kafka = config.kafka();
        OffsetResetStrategy otherwise = kafka.fromLatest() ? OffsetResetStrategy.LATEST : OffsetResetStrategy.EARLIEST;
        KafkaSourceBuilder<KafkaRecord> source = KafkaSource.<KafkaRecord>builder()
                .setProperties(kafka.consumer())
                .setBootstrapServers(kafka.bootstrapServers())
                .setGroupId(kafka.groupId(config.name()))
                .setTopics(topic)
                .setStartingOffsets(OffsetsInitializer.committedOffsets(otherwise))
                .setDeserializer(new RecordReader());
        if (config.bounded()) {
            source.setBounded(OffsetsInitializer.latest());
        }
        return env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), topic, KafkaRecord.TYPE)
                .uid("source-" + topic);
    }

    KafkaSink<KafkaRecord> sink() {
        KafkaClients kafka = config.kafka();
        return KafkaSink.<KafkaRecord>builder()
                .setKafkaProducerConfig(kafka.producer())
                .setBootstrapServers(kafka.bootstrapServers())
                .setDeliveryGuarantee(config.guarantee())
                .setTransactionalIdPrefix(config.name())
                .setRecordSerializer(new RecordWriter())
                .build();
    }
}
