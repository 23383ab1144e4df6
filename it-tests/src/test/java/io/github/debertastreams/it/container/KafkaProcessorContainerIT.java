package io.github.debertastreams.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import io.github.debertastreams.kafka.NaiveProcessorMain;
import io.github.debertastreams.model.FakeModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** The processor's image and a real broker: kills and a network that is away lose and double nothing. */
@NeedsEngine
class KafkaProcessorContainerIT {

    private static final int RECORDS = 3_000;
    private static final int PER_SECOND = 50;
    private static final Duration PARTITION = Duration.ofSeconds(60);
    private static final int NAIVE_RECORDS = 500;
    private static final int TAIL = 600;
    private static final String CONFIG = "/etc/deberta/processor.properties";

    private static String image = "";
    private static @Nullable Hosts started;

    @BeforeAll
    static void start() throws IOException {
        image = Docker.build("kafka-processor");
        started = new Hosts("kafka-processor");
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void killsInTheMiddleOfBatchesLoseAndDuplicateNothing() throws Exception {
        GenericContainer<?> processor = processor("killed");
        try (PacedSender ignored = hosts().send("killed", RECORDS, 2 * PER_SECOND);
                OutputLedger ledger = hosts().ledger("killed-predictions")) {
            for (int kill = 1; kill <= 3; kill++) {
                Hosts.await(ledger, kill * RECORDS / 6);
                assertThat(ledger.seen()).as("predictions when killed").isLessThan(RECORDS);
                Hosts.killAndRestart(processor);
            }
            Hosts.settle("processor, killed three times", ledger, RECORDS);
        } finally {
            processor.stop();
        }
    }

    @Test
    void aMinuteWithoutTheBrokerLosesAndDuplicatesNothing() throws Exception {
        GenericContainer<?> processor = processor("apart");
        try (PacedSender sender = hosts().send("apart", RECORDS * 3 / 2, PER_SECOND);
                OutputLedger ledger = hosts().ledger("apart-predictions")) {
            Hosts.await(ledger, RECORDS / 6);
            int sent = sender.sent();
            Hosts.partition(hosts().network(), processor, "apart", PARTITION);
            ledger.poll();
            assertThat(ledger.seen()).as("predictions while apart").isLessThan(sent + PER_SECOND * 5);
            Hosts.settle("processor, apart from the broker for 60 s", ledger, RECORDS * 3 / 2);
        } finally {
            processor.stop();
        }
    }

    /** The negative control. */
    @Test
    void aMinuteWithoutTheBrokerLosesWhatANaiveBufferHolds() throws Exception {
        GenericContainer<?> processor = naiveProcessor("naive");
        try (PacedSender sender = hosts().send("naive", NAIVE_RECORDS + TAIL, 10 * PER_SECOND);
                OutputLedger ledger = hosts().ledger("naive-predictions")) {
            sender.sendUpTo(NAIVE_RECORDS);
            Hosts.await(ledger, NaiveProcessorMain.BATCH);
            String name = "naive processor, apart from the broker for 60 s";
            hosts().assertLosesWhatItLists(name, ledger, NAIVE_RECORDS, TAIL / 3, () -> {
                Hosts.partition(hosts().network(), processor, "naive", PARTITION);
                ledger.listen();
                sender.sendUpTo(NAIVE_RECORDS + TAIL);
            });
        } finally {
            processor.stop();
        }
    }

    @Test
    void theProgramInTheImageIsNotRoot() throws Exception {
        GenericContainer<?> processor = processor("user");
        try {
            assertThat(processor.execInContainer("id", "-u").getStdout().strip())
                    .isEqualTo("10001");
        } finally {
            processor.stop();
        }
    }

    private static GenericContainer<?> processor(String name) throws Exception {
        return hosts().start(
                        configured(name).waitingFor(Wait.forHealthcheck().withStartupTimeout(Duration.ofMinutes(3))));
    }

    /** The naive buffer on the same image, with the same libraries. */
    private static GenericContainer<?> naiveProcessor(String name) throws Exception {
        return hosts().start(configured(name)
                .withCopyFileToContainer(MountableFile.forHostPath(codeOf(NaiveProcessorMain.class)), "/it/tests/")
                .withCopyFileToContainer(MountableFile.forHostPath(codeOf(FakeModel.class)), "/it/model.jar")
                .withCreateContainerCmdModifier(command -> command.withEntrypoint(
                        "java",
                        "-Dnaive.linger.ms=3600000",
                        "-cp",
                        "/it/tests:/it/model.jar:/opt/deberta/ours/*:/opt/deberta/lib/*",
                        NaiveProcessorMain.class.getName(),
                        CONFIG)));
    }

    private static Path codeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static GenericContainer<?> configured(String name) throws Exception {
        hosts().createTopics(name, name + "-predictions");
        List<String> config = List.of(
                "bootstrap.servers=" + Hosts.BOOTSTRAP_SERVERS,
                "application.id=" + name,
                "state.dir=/var/lib/deberta",
                "auto.offset.reset=earliest",
                "consumer.session.timeout.ms=10000",
                "consumer.heartbeat.interval.ms=2000",
                "deberta.http.port=9404",
                "deberta.input.topic=" + name,
                "deberta.output.topic=" + name + "-predictions",
                "deberta.model=/opt/deberta/model/demo/intents");
        return new GenericContainer<>(DockerImageName.parse(image))
                .withNetwork(hosts().network())
                .withNetworkAliases(name)
                .withCopyToContainer(Transferable.of(String.join("\n", config)), CONFIG);
    }

    private static Hosts hosts() {
        return Objects.requireNonNull(started, "the broker has not started");
    }
}
