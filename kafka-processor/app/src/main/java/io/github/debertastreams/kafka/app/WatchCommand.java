package io.github.debertastreams.kafka.app;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.cli.DebertaCommand;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.EntitiesResult;
import io.github.debertastreams.schemas.LabelScore;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.PredictionError;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deberta watch}: committed predictions beside the texts of their events, one a line, from now on. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Prints predictions as they are committed, beside the texts of their JSON events.")
public final class WatchCommand implements DebertaCommand, Callable<Integer> {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int TEXTS = 10_000;

    @Option(names = "--bootstrap-server", required = true, paramLabel = "HOST:PORT", description = "the brokers.")
    private String bootstrapServers = "";

    @Option(names = "--events", defaultValue = "events", paramLabel = "TOPIC", description = "default events.")
    private String events = "";

    @Parameters(arity = "1..*", paramLabel = "TOPIC", description = "topics of predictions, in single-object Avro.")
    private List<String> topics = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final PredictionCodec<Prediction> codec = PredictionCodec.predictions();
    private final JsonMapper json = new JsonMapper();
    private final boolean terminal = Boolean.getBoolean("deberta.terminal");
    /** Of the newest events, by their ids. */
    private final Map<String, String> texts = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > TEXTS;
        }
    };

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            while (!out.checkError()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.topic().equals(events)) {
                        remember(record.value());
                    } else {
                        out.printf("%-20s  %s%n", record.topic(), line(codec.decode(record.value())));
                    }
                }
            }
        }
        return 0;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        List<String> all = new ArrayList<>(topics);
        all.add(events);
        for (String topic : all) {
            consumer.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        return consumer;
    }

    private void remember(byte[] event) {
        try {
            JsonNode tree = json.readTree(new String(event, java.nio.charset.StandardCharsets.UTF_8));
            texts.put(tree.path("id").asText(), tree.path("text").asText());
        } catch (JacksonException e) {
            // the prediction of this event says what is wrong with it
        }
    }

    private String line(Prediction prediction) {
        String text = texts.get(prediction.getId());
        String shown = text == null ? prediction.getId() : MarkedText.oneLine(text);
        if (prediction.getResult() instanceof ClassificationResult result) {
            LabelScore best = result.getLabels().get(0);
            return String.format("%-36s %.2f  %s", best.getLabel(), best.getScore(), shown);
        }
        if (prediction.getResult() instanceof EntitiesResult result && text != null) {
            return MarkedText.oneLine(MarkedText.of(text, result.getEntities(), terminal));
        }
        if (prediction.getResult() instanceof PredictionError error) {
            return error.getKind() + "  " + shown;
        }
        return shown;
    }
}
