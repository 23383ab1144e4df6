package io.github.debertastreams.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import io.github.debertastreams.flink.job.NaiveJob;
import io.github.debertastreams.it.support.NaiveJar;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The Flink job's image on a cluster of two containers and a real broker. The cluster has a network of its own, so that a TaskManager
 * can be apart from the JobManager and still reach the broker.
 */
@NeedsEngine
class FlinkJobContainerIT {

    private static final int RECORDS = 4_500;
    private static final int PER_SECOND = 50;
    private static final Duration PARTITION = Duration.ofSeconds(60);
    private static final int NAIVE_RECORDS = 3 * NaiveJob.BATCH + NaiveJob.BATCH / 2;
    private static final int TAIL = 200;
    private static final String JOB_JAR = "/opt/flink/usrlib/deberta-flink-job.jar";
    private static final String CHECKPOINTS = "deberta-it-checkpoints-" + System.nanoTime();
    private static final String PROPERTIES = String.join(
            "\n",
            "taskmanager.host: taskmanager",
            "taskmanager.numberOfTaskSlots: 3",
            "taskmanager.memory.task.off-heap.size: 256m",
            "execution.checkpointing.dir: file:///var/lib/deberta/checkpoints",
            "restart-strategy.type: fixed-delay",
            "restart-strategy.fixed-delay.attempts: 1000",
            "restart-strategy.fixed-delay.delay: 1 s",
            "heartbeat.interval: 2000",
            "heartbeat.timeout: 10000");

    private static final Network CLUSTER = Network.newNetwork();

    private static String image = "";
    private static @Nullable Hosts started;
    private static GenericContainer<?> jobManager;
    private static GenericContainer<?> taskManager;

    @BeforeAll
    static void start() throws IOException {
        image = Docker.build("flink-operator");
        started = new Hosts("flink-job");
        jobManager = flink("jobmanager");
        taskManager = flink("taskmanager");
    }

    @AfterAll
    static void stop() throws IOException {
        if (started != null) {
            started.close();
        }
        CLUSTER.close();
        Docker.docker("volume", "rm", CHECKPOINTS);
    }

    @Test
    void killsOfTheTaskManagerLoseAndDuplicateNothing() throws Exception {
        try (PacedSender ignored = submit("killed", RECORDS * 2 / 3);
                OutputLedger ledger = hosts().ledger("killed-predictions")) {
            for (int kill = 1; kill <= 2; kill++) {
                Hosts.await(ledger, kill * RECORDS / 9);
                assertThat(ledger.seen()).as("predictions when killed").isLessThan(RECORDS * 2 / 3);
                Hosts.killAndRestart(taskManager);
            }
            Hosts.settle("TaskManager, killed twice", ledger, RECORDS * 2 / 3);
        }
    }

    @Test
    void aMinuteBetweenTaskManagerAndJobManagerLosesAndDuplicatesNothing() throws Exception {
        try (PacedSender sender = submit("apart", RECORDS);
                OutputLedger ledger = hosts().ledger("apart-predictions")) {
            Hosts.await(ledger, RECORDS / 9);
            int sent = sender.sent();
            Hosts.partition(CLUSTER, taskManager, "taskmanager", PARTITION);
            ledger.poll();
            assertThat(ledger.seen()).as("predictions while apart").isLessThan(sent + PER_SECOND * 10);
            Hosts.settle("TaskManager, apart from the JobManager for 60 s", ledger, RECORDS);
        }
    }

    /** The negative control. */
    @Test
    void aMinuteBetweenTaskManagerAndJobManagerLosesWhatANaiveBatchHolds() throws Exception {
        String jar = "/tmp/naive.jar";
        jobManager.copyFileToContainer(
                MountableFile.forHostPath(NaiveJar.write(Path.of("target", "containers", "flink-job"))), jar);
        List<String> job = List.of("-C", "file://" + JOB_JAR, "-c", NaiveJob.class.getName(), jar);
        try (PacedSender sender = submit("naive", NAIVE_RECORDS + TAIL, job);
                OutputLedger ledger = hosts().ledger("naive-predictions")) {
            sender.sendUpTo(NAIVE_RECORDS);
            Hosts.await(ledger, NaiveJob.BATCH);
            String name = "naive job, TaskManager apart from the JobManager for 60 s";
            hosts().assertLosesWhatItLists(name, ledger, NAIVE_RECORDS, TAIL / 2, () -> {
                Hosts.partition(CLUSTER, taskManager, "taskmanager", PARTITION);
                ledger.listen();
                sender.sendUpTo(NAIVE_RECORDS + TAIL);
            });
        }
    }

    /** The job, running, and what sends to it. */
    private static PacedSender submit(String name, int records) throws Exception {
        return submit(name, records, List.of(JOB_JAR));
    }

    private static PacedSender submit(String name, int records, List<String> job) throws Exception {
        hosts().createTopics(name, name + "-predictions");
        List<String> config = List.of(
                "bootstrap.servers=" + Hosts.BOOTSTRAP_SERVERS,
                "application.id=" + name,
                "auto.offset.reset=earliest",
                "deberta.checkpoint.interval.ms=1000",
                "deberta.input.topic=" + name,
                "deberta.output.topic=" + name + "-predictions",
                "deberta.model=/opt/deberta/model/demo/intents",
                "deberta.workers=1");
        String file = "/tmp/" + name + ".properties";
        jobManager.copyFileToContainer(Transferable.of(String.join("\n", config)), file);
        List<String> command = new ArrayList<>(List.of("flink", "run", "-d", "-m", "jobmanager:8081"));
        command.addAll(job);
        command.addAll(List.of("--config", file));
        ExecResult submitted = jobManager.execInContainer(command.toArray(String[]::new));
        assertThat(submitted.getExitCode()).as("%s", submitted).isZero();
        return hosts().send(name, records, PER_SECOND);
    }

    /** In the cluster's network first, whose address it tells the others; then in the broker's too. */
    private static GenericContainer<?> flink(String role) throws IOException {
        GenericContainer<?> container = hosts().start(new GenericContainer<>(DockerImageName.parse(image))
                .withNetwork(CLUSTER)
                .withNetworkAliases(role)
                .withEnv("JOB_MANAGER_RPC_ADDRESS", "jobmanager")
                .withEnv("FLINK_PROPERTIES", PROPERTIES)
                .withCreateContainerCmdModifier(command -> Objects.requireNonNull(command.getHostConfig())
                        .withBinds(Bind.parse(CHECKPOINTS + ":/var/lib/deberta/checkpoints")))
                .withCommand(role)
                .waitingFor(Wait.forHealthcheck().withStartupTimeout(Duration.ofMinutes(3))));
        Docker.docker("network", "connect", hosts().network().getId(), container.getContainerId());
        return container;
    }

    private static Hosts hosts() {
        return Objects.requireNonNull(started, "the broker has not started");
    }
}
