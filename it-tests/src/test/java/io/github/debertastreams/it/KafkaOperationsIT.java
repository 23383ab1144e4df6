package io.github.debertastreams.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.it.support.ChildProcess;
import io.github.debertastreams.it.support.JvmProbe;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import io.github.debertastreams.it.support.ProcessorFile;
import io.github.debertastreams.kafka.KafkaProcessorMain;
import io.github.debertastreams.kafka.SlowModelProcessorMain;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.Prediction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a running processor lives through besides faults: a model that is replaced, a registry that is away, a model that is too slow for
 * what comes in. {@code -Dregistry.down.seconds=60} and {@code -Dslow.seconds=300} are the long forms.
 */
class KafkaOperationsIT {

    private static final int PARTITIONS = 4;
    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final Duration STALLED = Duration.ofSeconds(60);
    private static final String REBALANCES = "kafka_consumer_coordinator_metrics_rebalance_total";
    /** What the consumer has fetched ahead comes and goes. */
    private static final long HEAP_GROWTH = 8_000_000;

    private static final Path FOLDER = Path.of("target", "operations", Long.toString(System.currentTimeMillis()));
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static BrokerProcess broker;

    @BeforeAll
    static void startBroker() throws IOException, InterruptedException {
        broker = BrokerProcess.start(FOLDER.resolve("broker").toAbsolutePath());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** Two revisions with other labels in turn, behind a symbolic link: each prediction has the labels of the revision it names. */
    @Test
    void aModelIsReplacedUnderLoadWithoutAGap() throws Exception {
        int records = 4_000;
        Path models = FOLDER.resolve("models").toAbsolutePath();
        copyModel(models.resolve("one"), "one_");
        copyModel(models.resolve("two"), "two_");
        Path link = models.resolve("current");
        Files.createSymbolicLink(link, models.resolve("one"));
        int port = freePort();
        Map<String, String> labels = new HashMap<>();
        ChildProcess processor = start(
                "swap",
                KafkaProcessorMain.class,
                Map.of(
                        "deberta.model",
                        link.toString(),
                        "deberta.model.watch",
                        "true",
                        "deberta.model.watch.interval.ms",
                        "200",
                        "deberta.http.port",
                        Integer.toString(port)));
        try (PacedSender sender = new PacedSender(
                        broker.bootstrapServers(), "swap", PARTITIONS, records, 400, PacedSender::text);
                OutputLedger ledger = new OutputLedger(
                        broker.bootstrapServers(),
                        "swap-predictions",
                        (id, prediction) -> ofItsRevision(labels, prediction))) {
            for (int swap = 1; swap <= 4; swap++) {
                pollUntil(ledger, processor, swap * records / 5);
                Path next = models.resolve("next");
                Files.createSymbolicLink(next, models.resolve(swap % 2 == 0 ? "one" : "two"));
                Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                awaitSwaps(port, swap, ledger, processor);
            }
            settle(ledger, processor, sender, records, "swap");
            assertThat(metric(port, "deberta_model_swaps_total")).isEqualTo(4);
            System.out.printf(
                    "swap: %d records, lost %d, duplicated %d, by revision %s%n",
                    records, ledger.lost(records), ledger.duplicated(), ledger.revisions());
            assertThat(List.of(ledger.lost(records), ledger.duplicated(), ledger.strangers()))
                    .containsOnly(0);
            assertThat(ledger.revisions()).hasSize(2);
        } finally {
            processor.close();
        }
    }

    /** A revision that the next one replaces before it is loaded would not count. */
    private static void awaitSwaps(int port, int swaps, OutputLedger ledger, ChildProcess processor) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (metric(port, "deberta_model_swaps_total") < swaps) {
            assertThat(System.nanoTime())
                    .as("swap %d, see %s", swaps, processor.log())
                    .isLessThan(end);
            ledger.poll();
        }
    }

    @Test
    void aRegistryThatIsAwayHoldsRecordsUpAndLosesNone() throws Exception {
        int records = 2_000;
        int down = Integer.getInteger("registry.down.seconds", 6);
        int port = freePort();
        AtomicInteger status = new AtomicInteger(503);
        HttpServer registry = registry(status);
        ChildProcess processor = start(
                "registry",
                SlowModelProcessorMain.class,
                Map.of(
                        "deberta.model",
                        "slow-echo",
                        "deberta.input.format",
                        "avro-confluent",
                        "deberta.http.port",
                        Integer.toString(port),
                        "deberta.registry.url",
                        "http://localhost:" + registry.getAddress().getPort()));
        awaitReady(port, processor);
        // once the first predictions are there, records are written by a schema that the registry cannot give yet
        AtomicInteger schema = new AtomicInteger(1);
        try (PacedSender sender = new PacedSender(
                        broker.bootstrapServers(),
                        "registry",
                        PARTITIONS,
                        records,
                        300,
                        id -> framed(schema.get(), id));
                OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), "registry-predictions")) {
            pollUntil(ledger, processor, records / 4);
            schema.set(2);
            int readable = sender.sent() + PARTITIONS; // some may be on their way
            long since = System.nanoTime();
            while (System.nanoTime() - since < TimeUnit.SECONDS.toNanos(down)) {
                ledger.poll();
                assertThat(processor.isAlive())
                        .as("processor, see %s", processor.log())
                        .isTrue();
            }
            assertThat(ledger.seen()).as("held up").isLessThanOrEqualTo(readable);
            assertThat(sender.sent()).as("sent meanwhile").isGreaterThan(readable);
            status.set(200);
            ledger.listen();
            settle(ledger, processor, sender, records, "registry");
            System.out.printf(
                    "registry: %d records, away for %d s, lost %d, duplicated %d%n",
                    records, down, ledger.lost(records), ledger.duplicated());
            assertThat(List.of(ledger.lost(records), ledger.duplicated(), ledger.strangers()))
                    .containsOnly(0);
        } finally {
            processor.close();
            registry.stop(0);
        }
    }

    /** Ten milliseconds a text, and ten times as many texts as that allows: the queue stays on the broker, not on the heap. */
    @Test
    void aModelThatIsTooSlowFillsNoHeapAndLosesItsTasksToNobody() throws Exception {
        int seconds = Integer.getInteger("slow.seconds", 8);
        int possible = 200; // of two workers in a second
        int records = possible * seconds;
        int port = freePort();
        ChildProcess processor = start(
                "slow",
                SlowModelProcessorMain.class,
                Map.of("deberta.model", "slow-echo-10", "deberta.http.port", Integer.toString(port)));
        JvmProbe memory = new JvmProbe(processor);
        try (PacedSender sender = new PacedSender(
                        broker.bootstrapServers(), "slow", PARTITIONS, records, 10 * possible, PacedSender::text);
                OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), "slow-predictions")) {
            long start = System.nanoTime();
            pollUntil(ledger, processor, records / 10);
            double rebalances = metric(port, REBALANCES);
            assertThat(rebalances).as("rebalances at start").isPositive();
            List<Long> heap = new ArrayList<>();
            for (int tenth = 1; tenth < 10; tenth++) {
                pollUntil(ledger, processor, tenth * records / 10);
                heap.add(memory.liveHeapBytes());
            }
            settle(ledger, processor, sender, records, "slow");
            assertThat(metric(port, REBALANCES))
                    .as("rebalances while the model was slow")
                    .isEqualTo(rebalances);
            assertThat(metric(port, "deberta_queued_requests")).isZero();
            System.out.printf(
                    "slow: %d records at 10 ms each in %d s, of a heap of 64 MB live %.1f to %.1f MB, rebalances %.0f,"
                            + " lost %d, duplicated %d%n",
                    records,
                    Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                    Collections.min(heap) / 1e6,
                    Collections.max(heap) / 1e6,
                    metric(port, REBALANCES) - rebalances,
                    ledger.lost(records),
                    ledger.duplicated());
            assertThat(Collections.max(heap)).as("live heap").isLessThan(heap.get(0) + HEAP_GROWTH);
            assertThat(List.of(ledger.lost(records), ledger.duplicated(), ledger.strangers()))
                    .containsOnly(0);
        } finally {
            processor.close();
        }
    }

    private static ChildProcess start(String name, Class<?> mainClass, Map<String, String> settings) throws Exception {
        broker.createTopics(PARTITIONS, name, name + "-predictions");
        Map<String, String> all = new HashMap<>(settings);
        all.put("deberta.input.topic", name);
        all.put("deberta.output.topic", name + "-predictions");
        Path config = ProcessorFile.write(FOLDER, name, broker.bootstrapServers(), all);
        String heap = name.equals("slow") ? "-Xmx64m" : "-Xmx512m";
        return ChildProcess.startWith(
                heap,
                System.getProperty("java.class.path"),
                FOLDER.resolve(name + ".log"),
                mainClass.getName(),
                config.toString());
    }

    private static void pollUntil(OutputLedger ledger, ChildProcess processor, int seen) {
        while (ledger.seen() < seen) {
            ledger.poll();
            assertThat(processor.isAlive())
                    .as("processor, see %s", processor.log())
                    .isTrue();
            assertThat(ledger.quiet())
                    .as("no progress, see %s", processor.log())
                    .isLessThan(STALLED);
        }
    }

    private static void settle(
            OutputLedger ledger, ChildProcess processor, PacedSender sender, int records, String name)
            throws Exception {
        while (sender.sent() < records
                || ledger.quiet().compareTo(SETTLED) < 0
                || !broker.allCommitted(name, name, PARTITIONS)) {
            pollUntil(ledger, processor, 0);
            ledger.poll();
            assertThat(ledger.quiet())
                    .as("no progress, see %s", processor.log())
                    .isLessThan(STALLED);
        }
    }

    /** The demo model with this before each label, and so of another revision. */
    private static void copyModel(Path to, String prefix) throws IOException {
        Path from = Path.of("..", "model", "demo", "intents");
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        Path config = to.resolve("config.json");
        String text = Files.readString(config).replaceAll("(\"\\d+\"\\s*:\\s*\")", "$1" + prefix);
        Files.writeString(config, text.replaceAll("\"label2id\"\\s*:\\s*\\{[^}]*},?", ""));
    }

    /** All predictions of a revision have labels that start alike, and other revisions have others. */
    private static boolean ofItsRevision(Map<String, String> labels, Prediction prediction) {
        if (!(prediction.getResult() instanceof ClassificationResult result)) {
            return false;
        }
        String prefix = result.getLabels().get(0).getLabel().substring(0, 4);
        String known = labels.putIfAbsent(prediction.getModelRevision(), prefix);
        return prefix.equals("one_") || prefix.equals("two_") ? known == null || known.equals(prefix) : false;
    }

    private static byte[] framed(int schema, int id) {
        byte[] text = PacedSender.text(id);
        return ByteBuffer.allocate(6 + text.length)
                .put((byte) 0)
                .putInt(schema)
                .put((byte) (2 * text.length)) // shorter than 64 bytes: one byte of Avro's zigzag
                .put(text)
                .array();
    }

    private static void awaitReady(int port, ChildProcess processor) throws InterruptedException {
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/health/ready"))
                .build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            assertThat(System.nanoTime()).as("ready, see %s", processor.log()).isLessThan(end);
            try {
                if (HTTP.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // it does not listen yet
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Answers for the second schema with this status. */
    private static HttpServer registry(AtomicInteger status) throws IOException {
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] schema = """
                {"schema":"{\\"type\\":\\"record\\",\\"name\\":\\"Event\\",\\"fields\\":[{\\"name\\":\\"text\\",\\"type\\":\\"string\\"}]}"}
                """.getBytes(UTF_8);
        registry.createContext("/", exchange -> {
            boolean second = exchange.getRequestURI().getPath().endsWith("/2");
            exchange.sendResponseHeaders(second ? status.get() : 200, schema.length);
            exchange.getResponseBody().write(schema);
            exchange.close();
        });
        registry.start();
        return registry;
    }

    /** The sum of a metric's samples. */
    private static double metric(int port, String name) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics"))
                .build();
        String text = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return text.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
