package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.it.support.ChildProcess;
import io.github.debertastreams.it.support.Observability;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import io.github.debertastreams.it.support.ProcessorFile;
import io.github.debertastreams.kafka.KafkaProcessorMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The dashboard and the alert rules ask for what the processor tells. */
class DashboardIT {

    private static final Path FOLDER =
            Path.of("target", "dashboard", Long.toString(System.nanoTime())).toAbsolutePath();
    private static final int RECORDS = 100;
    private static final int PARTITIONS = 2;

    @Test
    void everyMetricOfTheDashboardAndTheAlertRulesIsServed() throws Exception {
        int port = freePort();
        try (BrokerProcess broker = BrokerProcess.start(FOLDER.resolve("broker"))) {
            broker.createTopics(PARTITIONS, "texts", "predictions");
            Path config = ProcessorFile.write(
                    FOLDER,
                    "dashboard",
                    broker.bootstrapServers(),
                    Map.of(
                            "deberta.input.topic",
                            "texts",
                            "deberta.output.topic",
                            "predictions",
                            "deberta.model",
                            Path.of("..", "model", "demo", "intents")
                                    .toAbsolutePath()
                                    .toString(),
                            "deberta.http.port",
                            Integer.toString(port)));
            try (ChildProcess processor = ChildProcess.start(
                            FOLDER.resolve("processor.log"), KafkaProcessorMain.class.getName(), config.toString());
                    PacedSender sender = new PacedSender(broker.bootstrapServers(), "texts", PARTITIONS, RECORDS);
                    OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), "predictions")) {
                while (ledger.seen() < RECORDS) {
                    ledger.poll();
                    assertThat(ledger.quiet())
                            .as("%d sent, see %s", sender.sent(), processor.log())
                            .isLessThan(Duration.ofSeconds(90));
                }
                assertThat(Observability.metrics("deberta_")).hasSizeGreaterThan(10);
                assertThat(Observability.served(metrics(port)))
                        .containsAll(Observability.metrics("deberta_", "kafka_"));
            }
        }
    }

    private static String metrics(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
