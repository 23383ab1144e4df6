package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.it.support.ChildProcess;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import io.github.debertastreams.kafka.KafkaProcessorMain;
import io.github.debertastreams.kafka.NaiveProcessorMain;
import io.github.debertastreams.kafka.SlowModelProcessorMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A processor that is killed with -9 in the middle of its batches, under exactly_once_v2, against a broker of its own process. Kills
 * are triggered by the output that a read_committed reader has seen. The logs are in {@code target/crash}.
 *
 * <p>The shipped program runs with a demo model, and again with a model that repeats its text, so that a prediction made from another
 * record's text is noticed too. The negative control is the same run with a naive buffer.
 */
class KafkaProcessorCrashIT {

    private static final int RECORDS = 6_000;
    private static final int PARTITIONS = 4;
    private static final List<Integer> KILLS_AT = List.of(800, 2_000, 3_500);
    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final Duration STALLED = Duration.ofSeconds(45);
    private static final Path FOLDER = Path.of("target", "crash", Long.toString(System.currentTimeMillis()));

    private static final String ECHO = "slow-echo";
    private static final String DEMO_MODEL =
            Path.of("..", "model", "demo", "intents").toString();

    private static BrokerProcess broker;

    private record Tally(int lost, int duplicated, int strangers) {}

    @BeforeAll
    static void startBroker() throws IOException, InterruptedException {
        broker = BrokerProcess.start(FOLDER.resolve("broker").toAbsolutePath());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void threeKillsOfTheShippedProgramLoseAndDuplicateNothing() throws Exception {
        assertThat(run("shipped", KafkaProcessorMain.class, DEMO_MODEL)).isEqualTo(new Tally(0, 0, 0));
    }

    @Test
    void threeKillsLoseDuplicateAndMixUpNothing() throws Exception {
        assertThat(run("lossless", SlowModelProcessorMain.class, ECHO)).isEqualTo(new Tally(0, 0, 0));
    }

    /** The negative control: this test can see a loss. */
    @Test
    void threeKillsOfANaiveBufferLoseRecords() throws Exception {
        Tally tally = run("naive", NaiveProcessorMain.class, ECHO);
        assertThat(tally.lost()).isPositive();
        assertThat(tally.strangers()).isZero();
    }

    private static Tally run(String name, Class<?> mainClass, String model)
            throws IOException, ExecutionException, InterruptedException {
        String input = name + "-texts";
        String output = name + "-predictions";
        broker.createTopics(PARTITIONS, input, output);
        Path config = config(name, input, output, model);
        ChildProcess processor = start(name, 0, mainClass, config);
        try (PacedSender sender = new PacedSender(broker.bootstrapServers(), input, PARTITIONS, RECORDS);
                OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), output)) {
            for (int kill = 0; kill < KILLS_AT.size(); kill++) {
                while (ledger.seen() < KILLS_AT.get(kill)) {
                    poll(ledger, processor);
                }
                assertThat(ledger.seen()).as("records in flight").isLessThan(sender.sent());
                processor.kill();
                processor = start(name, kill + 1, mainClass, config);
            }
            while (sender.sent() < RECORDS || ledger.quiet().compareTo(SETTLED) < 0 || !allCommitted(name, input)) {
                poll(ledger, processor);
            }
            assertThat(processor.stop()).as("exit status after SIGTERM").isEqualTo(128 + 15);
            Tally tally =
                    new Tally(ledger.lost(RECORDS), ledger.duplicated(), model.equals(ECHO) ? ledger.strangers() : 0);
            System.out.printf(
                    "%s: %d records, %d kills, lost %d, duplicated %d%n",
                    name, RECORDS, KILLS_AT.size(), tally.lost(), tally.duplicated());
            return tally;
        } finally {
            processor.close();
        }
    }

    private static void poll(OutputLedger ledger, ChildProcess processor) {
        ledger.poll();
        assertThat(processor.isAlive()).as("processor, see %s", processor.log()).isTrue();
        assertThat(ledger.quiet()).as("no progress, see %s", processor.log()).isLessThan(STALLED);
    }

    private static ChildProcess start(String name, int life, Class<?> mainClass, Path config) throws IOException {
        return ChildProcess.start(FOLDER.resolve(name + "-" + life + ".log"), mainClass.getName(), config.toString());
    }

    private static Path config(String name, String input, String output, String model) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("application.id", name);
        settings.put("state.dir", FOLDER.resolve(name + "-state").toString());
        settings.put("auto.offset.reset", "earliest");
        settings.put("num.stream.threads", "2");
        // a restarted processor waits for its predecessor's session and transaction to end
        settings.put("consumer.session.timeout.ms", "2000");
        settings.put("consumer.heartbeat.interval.ms", "500");
        settings.put("producer.transaction.timeout.ms", "4000");
        settings.put("deberta.input.topic", input);
        settings.put("deberta.output.topic", output);
        settings.put("deberta.model", model);
        settings.put("deberta.workers", "2");
        settings.put("deberta.batch.max.records", "32");
        Path file = FOLDER.resolve(name + ".properties");
        Files.write(
                file,
                settings.entrySet().stream()
                        .map(setting ->
                                setting.getKey() + "=" + setting.getValue().replace('\\', '/'))
                        .collect(Collectors.toList()));
        return file;
    }

    private static boolean allCommitted(String group, String topic) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = broker.admin()
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            TopicPartition topicPartition = new TopicPartition(topic, partition);
            long end = broker.admin()
                    .listOffsets(Map.of(topicPartition, OffsetSpec.latest()))
                    .partitionResult(topicPartition)
                    .get()
                    .offset();
            OffsetAndMetadata offset = committed.get(topicPartition);
            if (offset == null || offset.offset() < end) {
                return false;
            }
        }
        return true;
    }
}
