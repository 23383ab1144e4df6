package io.github.debertastreams.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/**
 * One Kafka broker and its controller, in a process each, on free ports of the loopback.
 *
 * <p>Not one process for both: a node that is killed and back before its session ends then sees its partitions led by itself, by
 * nobody and by itself again, and the loader of Kafka 4.3's group coordinator may find the moment of nobody, take {@code
 * __consumer_offsets} for empty and forget every committed offset ("out of sync with the underlying log"). As in any cluster that
 * is larger, the controller here outlives the broker and gives its partitions a leader once it is back.
 */
public final class BrokerProcess implements AutoCloseable {

    private static final int START_SECONDS = 60;
    private static final Duration FORMAT_DEADLINE = Duration.ofSeconds(START_SECONDS);
    private static final int POLL_MILLIS = 50;

    private final Path folder;
    private final ChildProcess controller;
    private ChildProcess process;
    private final Admin admin;
    private final String bootstrapServers;

    private BrokerProcess(Path folder, ChildProcess controller, ChildProcess process, String bootstrapServers) {
        this.folder = folder;
        this.controller = controller;
        this.process = process;
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** Formats the folder and starts a broker that answers. */
    public static BrokerProcess start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int[] ports = freePorts(2);
        String cluster = Uuid.randomUuid().toString();
        format(folder, "controller", cluster, controller(folder, ports[1]), "--standalone");
        format(folder, "broker", cluster, broker(folder, ports[0], ports[1]), "--no-initial-controllers");
        BrokerProcess broker = new BrokerProcess(
                folder, launch(folder, "controller"), launch(folder, "broker"), "localhost:" + ports[0]);
        broker.awaitStart();
        return broker;
    }

    private static void format(Path folder, String role, String cluster, List<String> settings, String quorum)
            throws IOException {
        Path properties = folder.resolve(role + ".properties");
        Files.write(properties, settings);
        try (ChildProcess format = ChildProcess.start(
                folder.resolve("format-" + role + ".log"),
                "kafka.tools.StorageTool",
                "format",
                quorum,
                "-t",
                cluster,
                "-c",
                properties.toString())) {
            if (format.await(FORMAT_DEADLINE) != 0) {
                throw new IllegalStateException(
                        "the folder of the " + role + " was not formatted, see " + format.log());
            }
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public Admin admin() {
        return admin;
    }

    public void createTopics(int partitions, String... names) throws ExecutionException, InterruptedException {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(new NewTopic(name, partitions, (short) 1));
        }
        admin.createTopics(topics).all().get();
    }

    /** Whether a group has committed all of a topic. */
    public boolean allCommitted(String group, String topic, int partitions)
            throws ExecutionException, InterruptedException {
        return GroupOffsets.allCommitted(admin, group, topic, partitions);
    }

    /** SIGKILL of the broker, then the same again on the same port and data; returns when it answers. */
    public void killAndRestart() throws IOException, InterruptedException {
        process.kill();
        process = launch(folder, "broker");
        awaitStart();
    }

    private static ChildProcess launch(Path folder, String role) throws IOException {
        Path log = folder.resolve(role + "-" + System.nanoTime() + ".log");
        return ChildProcess.start(
                log, "kafka.Kafka", folder.resolve(role + ".properties").toString());
    }

    @Override
    public void close() {
        admin.close();
        process.close();
        controller.close();
    }

    /** Until the controller lets the broker serve: before, a cluster has no nodes. */
    private void awaitStart() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        try {
            while (admin.describeCluster()
                    .nodes()
                    .get(START_SECONDS, TimeUnit.SECONDS)
                    .isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException("no broker is registered");
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new IllegalStateException("the broker did not start, see " + process.log(), e);
        }
    }

    private static List<String> controller(Path folder, int port) {
        return List.of(
                "process.roles=controller",
                "node.id=2",
                "listeners=CONTROLLER://localhost:" + port,
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT",
                "controller.quorum.bootstrap.servers=localhost:" + port,
                "log.dirs=" + slashes(folder.resolve("metadata")),
                // a broker that is back may register when the session of its former life is over
                "broker.session.timeout.ms=3000",
                "offsets.topic.replication.factor=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1");
    }

    private static List<String> broker(Path folder, int port, int controllerPort) {
        return List.of(
                "process.roles=broker",
                "node.id=1",
                "listeners=PLAINTEXT://localhost:" + port,
                "advertised.listeners=PLAINTEXT://localhost:" + port,
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "controller.quorum.bootstrap.servers=localhost:" + controllerPort,
                "log.dirs=" + slashes(folder.resolve("data")),
                "broker.heartbeat.interval.ms=500",
                "offsets.topic.num.partitions=4",
                "offsets.topic.replication.factor=1",
                "transaction.state.log.num.partitions=4",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                // a killed processor is noticed in seconds
                "transaction.abort.timed.out.transaction.cleanup.interval.ms=500",
                // one broker has no replica to restore it after SIGKILL: its files are never far behind
                "replica.high.watermark.checkpoint.interval.ms=500",
                "log.flush.interval.ms=500",
                "log.flush.scheduler.interval.ms=500",
                "log.flush.offset.checkpoint.interval.ms=500",
                "group.initial.rebalance.delay.ms=0",
                "group.min.session.timeout.ms=1000");
    }

    private static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        int[] ports = new int[count];
        try {
            for (int i = 0; i < count; i++) { // all open at once, so that they differ
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports[i] = socket.getLocalPort();
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return ports;
    }
}
