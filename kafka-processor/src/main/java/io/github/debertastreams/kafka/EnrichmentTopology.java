package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.schemas.KafkaSerdes;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** The topology of the main program: input topic, model, output topic. */
final class EnrichmentTopology {

    private EnrichmentTopology() {}

    static Topology build(KafkaProcessorConfig config, Function<ModelOptions, TextModel> open) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(config.inputTopic(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .process(DebertaProcessor.<byte[], byte[]>of(config.model(), config.extractor(), open)
                        .withMaxPending(config.maxPending()))
                .to(config.outputTopic(), Produced.with(Serdes.ByteArray(), KafkaSerdes.predictions()));
        return builder.build(config.streams());
    }
}
