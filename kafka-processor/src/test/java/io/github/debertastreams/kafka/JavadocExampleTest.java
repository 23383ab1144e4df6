package io.github.debertastreams.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.Prediction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;

/** The example in the Javadoc of {@link DebertaProcessor}, compiled and run with the demo's model. */
class JavadocExampleTest {

    private static final Path SOURCES = Path.of("src");
    private static final String PACKAGE = "java/io/github/debertastreams/kafka";

    record Order(String number, String comment) {}

    private static Topology example(Serde<Order> orderSerde, Path modelDirectory) {
        // example
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, Order> orders = builder.stream("orders", Consumed.with(Serdes.String(), orderSerde));
        ModelOptions model = ModelOptions.of(modelDirectory);

        KStream<String, Prediction> intents = DebertaProcessor.<String, Order>of(model, Order::comment)
                .identifiedBy((key, order) -> order.number())
                .predict(orders);

        intents.to("intents", Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        // end
        return builder.build();
    }

    @Test
    void theExampleIsThatOfTheJavadoc() throws IOException {
        String javadoc =
                Files.readString(SOURCES.resolve("main").resolve(PACKAGE).resolve("DebertaProcessor.java"));
        String here = Files.readString(SOURCES.resolve("test").resolve(PACKAGE).resolve("JavadocExampleTest.java"));
        List<String> example = here.substring(here.indexOf("// example\n"), here.indexOf("// end\n"))
                .lines()
                .skip(1)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        assertThat(example).hasSizeGreaterThan(5);
        assertThat(javadoc.lines().map(line -> line.replaceFirst("^ \\* *", "").strip()))
                .containsSubsequence(example);
    }

    @Test
    void theExampleRuns() {
        Serde<Order> orders = Serdes.serdeFrom(
                (topic, order) -> (order.number() + "|" + order.comment()).getBytes(StandardCharsets.UTF_8),
                (topic, bytes) -> {
                    String[] parts = new String(bytes, StandardCharsets.UTF_8).split("\\|");
                    return new Order(parts[0], parts[1]);
                });
        Path model = Path.of("..", "model", "demo", "intents");
        try (TopologyTestDriver driver = new TopologyTestDriver(example(orders, model), new Properties())) {
            driver.createInputTopic("orders", new StringSerializer(), orders.serializer())
                    .pipeInput("customer", new Order("order-7", "My card has not arrived yet"));
            Prediction prediction = driver.createOutputTopic(
                            "intents",
                            new StringDeserializer(),
                            KafkaSerdes.predictions().deserializer())
                    .readValue();
            assertThat(prediction.getId()).isEqualTo("order-7");
            assertThat(((ClassificationResult) prediction.getResult())
                            .getLabels()
                            .get(0)
                            .getLabel())
                    .isEqualTo("card_arrival");
        }
    }
}
