package io.github.debertastreams.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** One Kafka node, broker and controller, in a process of its own, on free ports of the loopback. */
public final class BrokerProcess implements AutoCloseable {

    private static final int START_SECONDS = 60;

    private final Path folder;
    private ChildProcess process;
    private final Admin admin;
    private final String bootstrapServers;

    private BrokerProcess(Path folder, ChildProcess process, String bootstrapServers) {
        this.folder = folder;
        this.process = process;
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** Formats the folder and starts a broker that answers. */
    public static BrokerProcess start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int[] ports = freePorts(2);
        Path properties = folder.resolve("broker.properties");
        Files.write(properties, properties(folder, ports[0], ports[1]));
        try (ChildProcess format = ChildProcess.start(
                folder.resolve("format.log"),
                "kafka.tools.StorageTool",
                "format",
                "--standalone",
                "-t",
                Uuid.randomUuid().toString(),
                "-c",
                properties.toString())) {
            if (format.await() != 0) {
                throw new IllegalStateException("the broker's folder was not formatted, see " + format.log());
            }
        }
        BrokerProcess broker = new BrokerProcess(folder, launch(folder), "localhost:" + ports[0]);
        broker.awaitStart();
        return broker;
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
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        for (int partition = 0; partition < partitions; partition++) {
            TopicPartition topicPartition = new TopicPartition(topic, partition);
            long end = admin.listOffsets(Map.of(topicPartition, OffsetSpec.latest()))
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

    /** SIGKILL, then the same broker again on the same ports and data; returns when it answers. */
    public void killAndRestart() throws IOException, InterruptedException {
        process.kill();
        process = launch(folder);
        awaitStart();
    }

    private static ChildProcess launch(Path folder) throws IOException {
        Path log = folder.resolve("broker-" + System.nanoTime() + ".log");
        return ChildProcess.start(
                log, "kafka.Kafka", folder.resolve("broker.properties").toString());
    }

    @Override
    public void close() {
        admin.close();
        process.close();
    }

    private void awaitStart() throws InterruptedException {
        try {
            admin.describeCluster().nodes().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new IllegalStateException("the broker did not start, see " + process.log(), e);
        }
    }

    private static List<String> properties(Path folder, int port, int controllerPort) {
        return List.of(
                "process.roles=broker,controller",
                "node.id=1",
                "listeners=PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort,
                "advertised.listeners=PLAINTEXT://localhost:" + port,
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "controller.quorum.bootstrap.servers=localhost:" + controllerPort,
                "log.dirs=" + folder.resolve("data").toString().replace('\\', '/'),
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
