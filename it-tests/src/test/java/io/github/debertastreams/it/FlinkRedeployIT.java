package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.it.support.FlinkCluster;
import io.github.debertastreams.it.support.JobFile;
import io.github.debertastreams.it.support.JobJar;
import io.github.debertastreams.it.support.JvmProbe;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The job deployed, cancelled and deployed again on one cluster, each time with predictions in between: nothing of it stays.
 * {@code -Dflink.redeploys=30} is the long form, {@code -Dflink.backend=onnx} has ONNX Runtime compute, and
 * {@code -Dflink.deployment=lib} has the model's libraries in Flink's {@code lib/} and a job jar without them.
 */
@EnabledIfSystemProperty(
        named = "flink.cluster",
        matches = "true",
        disabledReason = "minutes with a Flink cluster of processes: run it with -Dflink.cluster=true")
class FlinkRedeployIT {

    private static final String BACKEND = System.getProperty("flink.backend", "native");
    private static final boolean IN_LIB =
            System.getProperty("flink.deployment", "jar").equals("lib");
    private static final int REDEPLOYS = Integer.getInteger("flink.redeploys", 4);
    /** The first rounds load and compile what the cluster itself needs for good. */
    private static final int SETTLING = Math.min(5, REDEPLOYS / 2);

    private static final String CLASSES_OF_A_JOB = "org.apache.flink.util.ChildFirstClassLoader";
    /** On the JobManager, Java keeps the types of the records that it compared last, {@code java.lang.runtime.ObjectMethods}. */
    private static final int KEPT_BY_JAVA = 1;

    private static final int PARTITIONS = 2;
    private static final int PREDICTIONS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final double METASPACE_GROWTH = 1.03;
    private static final double RESIDENT_GROWTH = 1.10;
    private static final Path FOLDER = Path.of("target", "flink-redeploy", Long.toString(System.currentTimeMillis()))
            .toAbsolutePath();

    private static final String NATIVE_LIBRARY = "libonnxruntime.so";

    /**
     * After a round, when the job's classes are gone.
     *
     * @param nativeCopies of ONNX Runtime in the TaskManager
     */
    private record Round(long metaspace, long resident, long jobManagerMetaspace, long nativeCopies) {}

    @Test
    void aCancelledJobLeavesNothingBehind() throws Exception {
        List<Round> rounds = new ArrayList<>();
        try (BrokerProcess broker = BrokerProcess.start(FOLDER.resolve("broker"));
                FlinkCluster cluster = startCluster()) {
            broker.createTopics(PARTITIONS, "again-texts", "again-predictions");
            Path config = JobFile.write(FOLDER, "again", broker.bootstrapServers(), Map.of("deberta.backend", BACKEND));
            Path jar = IN_LIB ? JobJar.thin() : JobJar.find();
            JvmProbe taskManager = new JvmProbe(cluster.taskManager(0));
            JvmProbe jobManager = new JvmProbe(cluster.jobManager());
            try (PacedSender sender = new PacedSender(
                            broker.bootstrapServers(),
                            "again-texts",
                            PARTITIONS,
                            Integer.MAX_VALUE,
                            PREDICTIONS,
                            PacedSender::text);
                    OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), "again-predictions")) {
                for (int round = 0; round < REDEPLOYS; round++) {
                    int before = sender.sent(); // what another deployment may have predicted
                    String job = cluster.run(jar.toString(), "--config", config.toString());
                    await(ledger, before + PREDICTIONS);
                    assertThat(taskManager.reachable(CLASSES_OF_A_JOB))
                            .as("class loaders while the job runs")
                            .isPositive();
                    cluster.cancel(job);
                    awaitCollected(taskManager, 0, "the TaskManager");
                    awaitCollected(jobManager, KEPT_BY_JAVA, "the JobManager");
                    rounds.add(new Round(
                            taskManager.metaspaceBytes(),
                            taskManager.residentBytes(),
                            jobManager.metaspaceBytes(),
                            taskManager.mapped(NATIVE_LIBRARY)));
                    report(round, rounds.get(round));
                }
            }
        }
        assertThat(rounds)
                .extracting(Round::nativeCopies)
                .as("copies of ONNX Runtime")
                .containsOnly(BACKEND.equals("onnx") ? 1L : 0L);
        Round settled = rounds.get(SETTLING - 1);
        Round last = rounds.get(REDEPLOYS - 1);
        assertThat((double) last.metaspace / settled.metaspace)
                .as("metaspace, last to settled")
                .isLessThan(METASPACE_GROWTH);
        assertThat((double) last.jobManagerMetaspace / settled.jobManagerMetaspace)
                .as("metaspace of the JobManager, last to settled")
                .isLessThan(METASPACE_GROWTH);
        assertThat((double) last.resident / settled.resident)
                .as("resident memory, last to settled")
                .isLessThan(RESIDENT_GROWTH);
    }

    private static FlinkCluster startCluster() throws Exception {
        Path folder = FOLDER.resolve("cluster");
        return IN_LIB
                ? FlinkCluster.start(
                        folder,
                        1,
                        FlinkCluster.modelLibraries(),
                        List.of("classloader.parent-first-patterns.additional: io.github.debertastreams.model"))
                : FlinkCluster.start(folder, 1);
    }

    private static void await(OutputLedger ledger, int seen) {
        ledger.listen();
        while (ledger.seen() < seen) {
            ledger.poll();
            assertThat(ledger.quiet()).as("no progress, see %s", FOLDER).isLessThan(PATIENCE);
        }
    }

    private static void awaitCollected(JvmProbe process, int kept, String name) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.reachable(CLASSES_OF_A_JOB) > kept) {
            assertThat(System.nanoTime())
                    .as("%s still has the classes of jobs before", name)
                    .isLessThan(deadline);
            Thread.sleep(500);
        }
    }

    private static void report(int round, Round found) {
        System.out.printf(
                "redeploy %d (%s, %s): TaskManager metaspace %.1f MB, resident %.0f MB, copies of ONNX Runtime %d;"
                        + " JobManager metaspace %.1f MB%n",
                round + 1,
                BACKEND,
                IN_LIB ? "lib" : "jar",
                found.metaspace / 1e6,
                found.resident / 1e6,
                found.nativeCopies,
                found.jobManagerMetaspace / 1e6);
    }
}
