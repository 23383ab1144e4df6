package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.it.support.ChildProcess;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import io.github.debertastreams.it.support.ProcessorFile;
import io.github.debertastreams.it.support.RegistryProcess;
import io.github.debertastreams.kafka.SlowModelProcessorMain;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.TextEvent;
import io.github.debertastreams.schemas.registry.ConfluentCodec;
import io.github.debertastreams.schemas.registry.RegistryException;
import io.github.debertastreams.schemas.registry.RegistryOptions;
import io.github.debertastreams.schemas.registry.SchemaRegistryClient;
import io.github.debertastreams.schemas.registry.SubjectStrategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The registry client, and the processor with Confluent's wire format in and out, against a real Apicurio Registry. */
class SchemaRegistryIT {

    private static final Path FOLDER = Path.of("target", "registry", Long.toString(System.currentTimeMillis()));
    private static final int PARTITIONS = 2;
    private static final int RECORDS = 1_000;

    private static RegistryProcess registry;

    @BeforeAll
    static void startRegistry() throws Exception {
        registry = RegistryProcess.startOrSkip(FOLDER);
    }

    @AfterAll
    static void stopRegistry() {
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void schemasAreRegisteredFoundAndRead() {
        SchemaRegistryClient client = client();
        Schema schema = TextEvent.getClassSchema();
        assertThat(client.idOf("client-value", schema)).isEmpty();
        int id = client.register("client-value", schema);
        assertThat(client.register("client-value", schema)).isEqualTo(id);
        assertThat(client.idOf("client-value", schema)).hasValue(id);
        assertThat(client().byId(id)).contains(schema);
        assertThat(client.byId(Integer.MAX_VALUE)).isEmpty();
        assertThat(client.idOf("client-value", Prediction.getClassSchema())).isEmpty();
        assertThatThrownBy(() -> codec(PredictionCodec.predictions(), false).schemaId("nowhere"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("subject nowhere-value does not have the schema of Prediction");
    }

    @Test
    void theProcessorReadsAndWritesConfluentsFormat() throws Exception {
        ConfluentCodec<TextEvent> events = codec(PredictionCodec.textEvents(), true);
        ConfluentCodec<Prediction> predictions = codec(PredictionCodec.predictions(), false);
        try (BrokerProcess broker = BrokerProcess.start(FOLDER.resolve("broker").toAbsolutePath())) {
            broker.createTopics(PARTITIONS, "events", "predictions");
            Path config = ProcessorFile.write(
                    FOLDER,
                    "confluent",
                    broker.bootstrapServers(),
                    Map.of(
                            "deberta.input.topic", "events",
                            "deberta.input.format", "avro-confluent",
                            "deberta.input.id.field", "/id",
                            "deberta.output.topic", "predictions",
                            "deberta.output.format", "avro-confluent",
                            "deberta.output.register", "true",
                            "deberta.registry.url", registry.url(),
                            "deberta.model", "slow-echo"));
            try (ChildProcess processor = ChildProcess.start(
                            FOLDER.resolve("confluent.log"),
                            SlowModelProcessorMain.class.getName(),
                            config.toString());
                    PacedSender sender = new PacedSender(
                            broker.bootstrapServers(), "events", PARTITIONS, RECORDS, 500, id -> event(events, id));
                    OutputLedger ledger = new OutputLedger(
                            broker.bootstrapServers(),
                            "predictions",
                            predictions::decode,
                            (id, prediction) ->
                                    prediction.getId().equals("event-" + id) && OutputLedger.repeats(id, prediction))) {
                while (ledger.seen() < RECORDS || ledger.quiet().compareTo(Duration.ofSeconds(2)) < 0) {
                    ledger.poll();
                    assertThat(processor.isAlive())
                            .as("processor, see %s", processor.log())
                            .isTrue();
                    assertThat(ledger.quiet())
                            .as("no progress, see %s", processor.log())
                            .isLessThan(Duration.ofSeconds(45));
                }
                assertThat(sender.sent()).isEqualTo(RECORDS);
                assertThat(List.of(ledger.lost(RECORDS), ledger.duplicated(), ledger.strangers()))
                        .containsOnly(0);
            }
        }
    }

    private static byte[] event(ConfluentCodec<TextEvent> codec, int id) {
        return codec.encode(
                "events",
                TextEvent.newBuilder()
                        .setId("event-" + id)
                        .setText("message " + id)
                        .build());
    }

    private static SchemaRegistryClient client() {
        return new SchemaRegistryClient(RegistryOptions.of(registry.url()));
    }

    private static <T extends org.apache.avro.specific.SpecificRecordBase> ConfluentCodec<T> codec(
            PredictionCodec<T> codec, boolean register) {
        return new ConfluentCodec<>(codec, client(), SubjectStrategy.TOPIC, register);
    }
}
