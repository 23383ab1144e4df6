package io.github.debertastreams.kafka;

import io.github.debertastreams.kafka.Routed.Destination;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.rules.RequestLimit;
import io.github.debertastreams.rules.Rule;
import io.github.debertastreams.schemas.Prediction;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/** The topology of the main program: for each rule input topic, model, output topic and dead letters. */
final class EnrichmentTopology {

    private EnrichmentTopology() {}

    /**
     * @param maxPending by rule, where it is not what the configuration says
     * @param streams the settings that the topology will run with; added to
     */
    static Topology build(
            KafkaProcessorConfig config,
            Function<ModelOptions, TextModel> open,
            Map<String, Integer> maxPending,
            Properties streams) {
        StreamsBuilder builder = new StreamsBuilder();
        RequestLimit limit = RequestSize.of(streams);
        Map<String, KStream<byte[], byte[]>> inputs =
                new HashMap<>(); // a topic is read once, whatever many rules want it
        for (Rule rule : config.rules()) {
            KStream<byte[], byte[]> input = inputs.computeIfAbsent(
                    rule.input().topic(),
                    topic -> builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())));
            int pending = maxPending.getOrDefault(rule.name(), KafkaProcessorConfig.maxPending(rule));
            PredictSettings<byte[], byte[]> settings = KafkaProcessorConfig.settings(rule, open, pending)
                    .readingAhead(rule.input().topic(), ConsumerRecord::value, streams);
            add(rule, settings, input, limit);
        }
        return builder.build(streams);
    }

    private static void add(
            Rule rule, PredictSettings<byte[], byte[]> settings, KStream<byte[], byte[]> input, RequestLimit limit) {
        Function<Prediction, byte[]> encoder = rule.output().encoder(); // one registry client for all tasks
        KStream<byte[], Routed> routed = input.process(
                        new PredictSupplier<>(
                                settings, (record, prediction) -> new Predicted<>(record.value(), prediction)),
                        Named.as("predict-" + rule.name()))
                .process(() -> new RouteProcessor(rule, encoder, limit), Named.as("route-" + rule.name()));
        write(routed, Destination.OUTPUT, rule.output().topic(), rule.name());
        if (rule.errors().deadLetterTopic() != null) {
            write(routed, Destination.DEAD_LETTERS, rule.errors().deadLetterTopic(), rule.name());
        }
    }

    private static void write(KStream<byte[], Routed> routed, Destination destination, String topic, String rule) {
        String name = destination == Destination.OUTPUT ? "output-" + rule : "dead-letters-" + rule;
        routed.filter((key, value) -> value.destination() == destination, Named.as("to-" + name))
                .mapValues(Routed::value, Named.as("bytes-" + name))
                .to(
                        topic,
                        Produced.<byte[], byte[]>as(name)
                                .withKeySerde(Serdes.ByteArray())
                                .withValueSerde(Serdes.ByteArray()));
    }
}
