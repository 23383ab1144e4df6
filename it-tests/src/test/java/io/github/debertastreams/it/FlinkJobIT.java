package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.flink.job.NaiveJob;
import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.it.support.FlinkCluster;
import io.github.debertastreams.it.support.JobFile;
import io.github.debertastreams.it.support.JobJar;
import io.github.debertastreams.it.support.NaiveJar;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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
    /** No multiple of the control's batches, so that some are left in its lists. */
    private static final int NAIVE_RECORDS = 2_000;
    /** After the kill, so that what is merely left in the control's lists does not count as lost. */
    private static final int TAIL = 400;

    private static final int PARTITIONS = 4;
    private static final int TASK_MANAGER_KILLS = 5;
    /** Between two of them one part of the records is sent, the last after all. */
    private static final int FAULTS = TASK_MANAGER_KILLS + 3;

    private static final int PART = RECORDS / (FAULTS + 1);
    private static final int SECONDS_OF_A_PART = 8;
    private static final Duration SETTLED = Duration.ofSeconds(4);
    private static final Duration STALLED = Duration.ofSeconds(120);
    private static final Path FOLDER = Path.of("target", "flink", Long.toString(System.currentTimeMillis()))
            .toAbsolutePath();

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
        String config = config("shipped").toString();
        String jar = JobJar.find().toString();
        try (PacedSender sender = new PacedSender(
                        broker.bootstrapServers(),
                        "shipped-texts",
                        PARTITIONS,
                        RECORDS,
                        PART / SECONDS_OF_A_PART,
                        PacedSender::text);
                OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), "shipped-predictions")) {
            String job = cluster.run("-p", "1", jar, "--config", config);
            midPart(0, sender, ledger);
            job = cluster.run("-p", "2", "-s", cluster.stopWithSavepoint(job), jar, "--config", config);
            for (int kill = 0; kill < TASK_MANAGER_KILLS; kill++) {
                midPart(1 + kill, sender, ledger);
                cluster.replaceTaskManager(kill % 2);
            }
            midPart(1 + TASK_MANAGER_KILLS, sender, ledger);
            cluster.replaceJobManager();
            job = cluster.run("-p", "2", "-s", cluster.newestCheckpoint(job), jar, "--config", config);
            midPart(FAULTS - 1, sender, ledger);
            job = cluster.run("-p", "1", "-s", cluster.stopWithSavepoint(job), jar, "--config", config);
            sender.sendUpTo(RECORDS);
            settle(ledger, sender, RECORDS);

            report("shipped", RECORDS, ledger);
            assertThat(ledger.lost(RECORDS)).as("lost").isZero();
            assertThat(ledger.duplicated()).as("duplicated").isZero();
            cluster.cancel(job);
        }
    }

    /**
     * The negative control: this test can see a loss, and how large it is. The records do not fill the lists of both subtasks, and
     * the TaskManagers are killed when a checkpoint has covered them all.
     */
    @Test
    void batchesOutsideTheStateOfTheOperatorAreLost() throws Exception {
        Path config = config("naive");
        try (PacedSender sender =
                        new PacedSender(broker.bootstrapServers(), "naive-texts", PARTITIONS, NAIVE_RECORDS + TAIL);
                OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), "naive-predictions")) {
            sender.sendUpTo(NAIVE_RECORDS);
            String job = cluster.run(
                    "-p",
                    "2",
                    "-C",
                    JobJar.find().toUri().toString(),
                    "-c",
                    NaiveJob.class.getName(),
                    NaiveJar.write(FOLDER).toString(),
                    "--config",
                    config.toString());
            await(ledger, NAIVE_RECORDS - 2 * NaiveJob.BATCH);
            while (!broker.allCommitted("naive", "naive-texts", PARTITIONS)) {
                poll(ledger);
            }
            ledger.listen();
            while (ledger.quiet().compareTo(SETTLED) < 0) {
                ledger.poll();
            }
            int listed = ledger.lost(NAIVE_RECORDS);
            assertThat(listed).as("records in lists").isPositive();
            cluster.replaceTaskManager(0);
            cluster.replaceTaskManager(1);
            sender.sendUpTo(NAIVE_RECORDS + TAIL);
            await(ledger, NAIVE_RECORDS - listed + TAIL / 2);
            settle(ledger, sender, NAIVE_RECORDS + TAIL);

            report("naive", NAIVE_RECORDS, ledger);
            assertThat(ledger.lost(NAIVE_RECORDS)).as("lost").isEqualTo(listed);
            cluster.cancel(job);
        }
    }

    private static void report(String name, int records, OutputLedger ledger) {
        System.out.printf(
                "flink %s: %d records, lost %d, duplicated %d%n",
                name, records, ledger.lost(records), ledger.duplicated());
    }

    /** Returns when some of this part has been predicted, and some is still to come or in flight. */
    private static void midPart(int part, PacedSender sender, OutputLedger ledger) {
        sender.sendUpTo((part + 1) * PART);
        await(ledger, part * PART + PART / 4);
        assertThat(ledger.seen())
                .as("all of part %d was predicted at once", part)
                .isLessThan((part + 1) * PART);
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

    private static Path config(String name) throws Exception {
        broker.createTopics(PARTITIONS, name + "-texts", name + "-predictions");
        return JobFile.write(FOLDER, name, broker.bootstrapServers(), Map.of());
    }
}
