package io.github.debertastreams.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.support.GroupOffsets;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import io.github.debertastreams.schemas.ClassificationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;

/** A broker in a container, beside it the containers of one host, and the logs of all of them in {@code target/containers}. */
final class Hosts implements AutoCloseable {

    static final int PARTITIONS = 3;
    /** Of the broker, for the other containers. */
    static final String BOOTSTRAP_SERVERS = "kafka:19092";

    private static final Duration SETTLED = Duration.ofSeconds(4);
    private static final Duration STALLED = Duration.ofSeconds(150);

    private final Path logs;
    private final Network network = Network.newNetwork();
    private final KafkaContainer broker = new KafkaContainer("apache/kafka:4.3.1")
            .withNetwork(network)
            .withListener(BOOTSTRAP_SERVERS)
            .withStartupTimeout(Duration.ofMinutes(3));
    private final List<GenericContainer<?>> containers = new ArrayList<>();

    /** Starts the broker. */
    Hosts(String name) {
        logs = Path.of("target", "containers", name).toAbsolutePath();
        broker.start();
    }

    String bootstrapServers() {
        return broker.getBootstrapServers();
    }

    Network network() {
        return network;
    }

    void createTopics(String... names) throws ExecutionException, InterruptedException {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(new NewTopic(name, PARTITIONS, (short) 1));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            admin.createTopics(topics).all().get();
        }
    }

    /** Starts a container and waits until its image's health check is content. */
    GenericContainer<?> start(GenericContainer<?> container) {
        containers.add(container);
        container.start();
        return container;
    }

    PacedSender send(String topic, int records, int perSecond) {
        return new PacedSender(bootstrapServers(), topic, PARTITIONS, records, perSecond, PacedSender::text);
    }

    /** Of predictions of a classifier. */
    OutputLedger ledger(String topic) {
        return new OutputLedger(
                bootstrapServers(), topic, (id, prediction) -> prediction.getResult() instanceof ClassificationResult);
    }

    /** Cut off from a network for so long, then back under its name. */
    static void partition(Network network, GenericContainer<?> container, String alias, Duration time)
            throws IOException, InterruptedException {
        Docker.docker("network", "disconnect", network.getId(), container.getContainerId());
        Thread.sleep(time.toMillis());
        Docker.docker("network", "connect", "--alias", alias, network.getId(), container.getContainerId());
    }

    /** SIGKILL, and the same container again. */
    static void killAndRestart(GenericContainer<?> container) throws IOException {
        Docker.docker("kill", container.getContainerId());
        Docker.docker("start", container.getContainerId());
    }

    static void await(OutputLedger ledger, int seen) {
        while (ledger.seen() < seen) {
            poll(ledger);
        }
    }

    /** Until every record has its prediction, and so much longer that a second one would have come; then counts. */
    static void settle(String name, OutputLedger ledger, int records) {
        ledger.listen();
        while (ledger.lost(records) > 0 && ledger.quiet().compareTo(STALLED) < 0) {
            ledger.poll();
        }
        awaitQuiet(ledger);
        report(name, ledger, records);
        assertThat(ledger.lost(records)).as("lost").isZero();
        assertThat(ledger.duplicated()).as("duplicated").isZero();
        assertThat(ledger.strangers()).as("not classified").isZero();
    }

    /** Until nothing has come for a while. */
    static void awaitQuiet(OutputLedger ledger) {
        while (ledger.quiet().compareTo(SETTLED) < 0) {
            ledger.poll();
        }
    }

    private static void report(String name, OutputLedger ledger, int records) {
        System.out.printf(
                "%s: %d records, lost %d, duplicated %d%n", name, records, ledger.lost(records), ledger.duplicated());
    }

    /**
     * The first half of a negative control: all of a topic has been committed, and no more predictions come.
     *
     * @return how many records were committed without a prediction
     */
    private int committedAndNotPredicted(String topic, OutputLedger ledger, int records)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            while (!GroupOffsets.allCommitted(admin, topic, topic, PARTITIONS)) {
                poll(ledger);
            }
        }
        ledger.listen();
        awaitQuiet(ledger);
        return ledger.lost(records);
    }

    /** What happens to a negative control, and what it is sent afterwards. */
    interface Fault {
        void strike() throws Exception;
    }

    /**
     * A negative control of a topic {@code naive}: what was committed while lists still held it is lost, all of it and nothing else,
     * so that its test can see a loss, and how large it is. Lists that are not full wait for more.
     *
     * @param records sent so far
     * @param more predictions after which the control has gone on
     */
    void assertLosesWhatItLists(String name, OutputLedger ledger, int records, int more, Fault fault) throws Exception {
        int listed = committedAndNotPredicted("naive", ledger, records);
        assertThat(listed).as("records in lists").isPositive();
        fault.strike();
        await(ledger, records - listed + more);
        awaitQuiet(ledger);
        report(name, ledger, records);
        assertThat(ledger.lost(records)).as("lost").isEqualTo(listed);
    }

    private static void poll(OutputLedger ledger) {
        ledger.poll();
        assertThat(ledger.quiet()).as("no progress, see target/containers").isLessThan(STALLED);
    }

    @Override
    public void close() {
        try {
            Files.createDirectories(logs);
            Files.writeString(logs.resolve("kafka.log"), broker.getLogs());
            for (GenericContainer<?> container : containers) {
                String name = String.join("-", container.getNetworkAliases().subList(1, 2));
                Files.writeString(logs.resolve(name + ".log"), container.getLogs());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("logs not kept in " + logs, e);
        } finally {
            containers.forEach(GenericContainer::stop);
            broker.stop();
            network.close();
        }
    }
}
