package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.flink.job.NaiveJob;
import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.it.support.FlinkCluster;
import io.github.debertastreams.it.support.JobJar;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The shipped job on a cluster of processes, with a broker of its own process and an exactly-once sink. What is killed is killed
 * with -9, on what a read_committed reader has seen; the logs are in {@code target/flink}. {@code -Dflink.records=50000} is the
 * long form.
 */
@EnabledIfSystemProperty(
        named = "flink.cluster",
        matches = "true",
        disabledReason = "two minutes with a Flink cluster of processes: run it with -Dflink.cluster=true")
class FlinkJobIT {

    private static final int RECORDS = Integer.getInteger("flink.records", 6_000);
    /** At the end of the negative control, so that what is merely left in its lists does not count as lost. */
    private static final int TAIL = 400;

    private static final int PARTITIONS = 4;
    private static final int TASK_MANAGER_KILLS = 5;
    private static final Duration SETTLED = Duration.ofSeconds(4);
    private static final Duration STALLED = Duration.ofSeconds(120);
    private static final Path FOLDER = Path.of("target", "flink", Long.toString(System.currentTimeMillis()))
            .toAbsolutePath();
    private static final Path MODEL =
            Path.of("..", "model", "demo", "intents").toAbsolutePath().normalize();

    private static BrokerProcess broker;
    private static FlinkCluster cluster;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        broker = BrokerProcess.start(FOLDER.resolve("broker"));
        cluster = FlinkCluster.start(FOLDER.resolve("cluster"), 2);
    }

    @AfterAll
    static void stop() {
        cluster.close();
        broker.close();
    }

    /** Kills of TaskManagers, a rescale 1→2→1 through savepoints, and a JobManager that is replaced: nothing is lost or doubled. */
    @Test
    void killsSavepointsAndRescalesLoseAndDuplicateNothing() throws Exception {
        String config = config("shipped");
        try (PacedSender sender = new PacedSender(broker.bootstrapServers(), "shipped-texts", PARTITIONS, RECORDS);
                OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), "shipped-predictions")) {
            String job = cluster.run("-p", "1", JobJar.find().toString(), "--config", config);
            int steps = TASK_MANAGER_KILLS + 4;
            await(ledger, RECORDS / steps);

            String savepoint = cluster.stopWithSavepoint(job);
            job = cluster.run("-p", "2", "-s", savepoint, JobJar.find().toString(), "--config", config);
            for (int kill = 0; kill < TASK_MANAGER_KILLS; kill++) {
                await(ledger, RECORDS * (kill + 2) / steps);
                assertThat(ledger.seen()).as("records in flight").isLessThan(sender.sent());
                cluster.replaceTaskManager(kill % 2);
            }
            await(ledger, RECORDS * (TASK_MANAGER_KILLS + 2) / steps);
            cluster.replaceJobManager();
            job = cluster.run(
                    "-p",
                    "2",
                    "-s",
                    cluster.newestCheckpoint(job),
                    JobJar.find().toString(),
                    "--config",
                    config);
            await(ledger, RECORDS * (TASK_MANAGER_KILLS + 3) / steps);
            savepoint = cluster.stopWithSavepoint(job);
            job = cluster.run("-p", "1", "-s", savepoint, JobJar.find().toString(), "--config", config);
            settle(ledger, sender, RECORDS);

            report("shipped", RECORDS, ledger);
            assertThat(ledger.lost(RECORDS)).as("lost").isZero();
            assertThat(ledger.duplicated()).as("duplicated").isZero();
            cluster.cancel(job);
        }
    }

    /** The negative control: this test can see a loss. */
    @Test
    void batchesOutsideTheStateOfTheOperatorAreLost() throws Exception {
        String config = config("naive");
        int records = 4_000;
        try (PacedSender sender =
                        new PacedSender(broker.bootstrapServers(), "naive-texts", PARTITIONS, records + TAIL);
                OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), "naive-predictions")) {
            String job = cluster.run(
                    "-p",
                    "2",
                    "-C",
                    JobJar.find().toUri().toString(),
                    "-c",
                    NaiveJob.class.getName(),
                    naiveJar().toString(),
                    "--config",
                    config);
            for (int kill = 0; kill < 2; kill++) {
                await(ledger, records * (kill + 1) / 4);
                cluster.replaceTaskManager(kill % 2);
            }
            settle(ledger, sender, records + TAIL);

            report("naive", records, ledger);
            assertThat(ledger.lost(records)).as("lost").isPositive();
            cluster.cancel(job);
        }
    }

    private static void report(String name, int records, OutputLedger ledger) {
        System.out.printf(
                "flink %s: %d records, lost %d, duplicated %d%n",
                name, records, ledger.lost(records), ledger.duplicated());
    }

    private static void await(OutputLedger ledger, int records) {
        while (ledger.seen() < records) {
            poll(ledger);
        }
    }

    private static void settle(OutputLedger ledger, PacedSender sender, int records) {
        while (sender.sent() < records
                || (ledger.lost(records) > 0 && ledger.quiet().compareTo(SETTLED.multipliedBy(5)) < 0)) {
            poll(ledger);
        }
        while (ledger.quiet().compareTo(SETTLED) < 0) { // a duplicate would come now
            poll(ledger);
        }
    }

    private static void poll(OutputLedger ledger) {
        ledger.poll();
        assertThat(ledger.quiet()).as("no progress, see %s", cluster.folder()).isLessThan(STALLED);
    }

    private static String config(String name) throws Exception {
        broker.createTopics(PARTITIONS, name + "-texts", name + "-predictions");
        Path file = FOLDER.resolve(name + ".properties");
        Files.write(
                file,
                List.of(
                        "bootstrap.servers=" + broker.bootstrapServers(),
                        "application.id=" + name,
                        "auto.offset.reset=earliest",
                        "producer.transaction.timeout.ms=120000",
                        "deberta.checkpoint.interval.ms=500",
                        "deberta.input.topic=" + name + "-texts",
                        "deberta.output.topic=" + name + "-predictions",
                        "deberta.model=" + MODEL.toString().replace('\\', '/'),
                        "deberta.workers=1"));
        return file.toString();
    }

    /** The negative control as a jar, as one would submit it. */
    private static Path naiveJar() throws IOException {
        Path jar = FOLDER.resolve("naive.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (String name : List.of("NaiveJob", "NaiveJob$NaiveBatch")) {
                String entry = NaiveJob.class.getPackageName().replace('.', '/') + "/" + name + ".class";
                out.putNextEntry(new JarEntry(entry));
                try (InputStream in = NaiveJob.class.getResourceAsStream("/" + entry)) {
                    Objects.requireNonNull(in, entry).transferTo(out);
                }
            }
        }
        return jar;
    }
}
