package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import io.github.debertastreams.schemas.PredictionTimings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class OperationsTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void aTaskMeasuresItsRecords() {
        KafkaProcessorConfig config = KafkaProcessorConfig.from(KafkaProcessorConfigTest.properties());
        try (TopologyTestDriver driver = new TopologyTestDriver(
                EnrichmentTopology.build(config, options -> FakeModel.echoing(), Map.of(), config.streams()),
                config.streams())) {
            TestInputTopic<byte[], byte[]> input =
                    driver.createInputTopic("texts", new ByteArraySerializer(), new ByteArraySerializer());
            input.pipeInput("hello".getBytes(UTF_8));
            input.pipeInput("x".repeat(FakeModel.MAX_LENGTH + 1).getBytes(UTF_8));
            input.pipeInput("refuse".getBytes(UTF_8));
            input.pipeInput((byte[]) null);
            assertThat(PrometheusText.of(driver.metrics().values(), List.of()).lines())
                    .contains(
                            "# TYPE deberta_total_records_processed counter",
                            "deberta_total_records_processed{model=\"fake\",processor=\"deberta-pending-default\","
                                    + "task_id=\"0_0\"} 4.0",
                            "deberta_truncated_records{model=\"fake\",processor=\"deberta-pending-default\","
                                    + "task_id=\"0_0\"} 1.0",
                            "deberta_batch_size_max{model=\"fake\",processor=\"deberta-pending-default\","
                                    + "task_id=\"0_0\"} 1.0",
                            "deberta_failures{kind=\"NO_TEXT\",model=\"fake\",processor=\"deberta-pending-default\","
                                    + "task_id=\"0_0\"} 1.0",
                            "deberta_failures{kind=\"INVALID_INPUT\",model=\"fake\","
                                    + "processor=\"deberta-pending-default\",task_id=\"0_0\"} 1.0")
                    .anyMatch(line -> line.startsWith("deberta_infer_time_ms_p99{"))
                    .anyMatch(line -> line.startsWith("deberta_queue_time_ms_avg{"))
                    .anyMatch(line -> line.startsWith("kafka_stream_"));
        }
    }

    @Test
    void aServiceTellsItsBatchesCacheAndRevision() {
        ModelOptions options =
                ModelOptions.builder(Path.of("metrics")).cacheRecords(10).build();
        try (PredictionService service = PredictionService.acquire(options, any -> FakeModel.echoing())) {
            service.predict(List.of(TextInput.of("abc")));
            service.predict(List.of(TextInput.of("abc")));
            String tags = "{model=\"fake\",task=\"text-classification\"} ";
            assertThat(PrometheusText.of(List.of(), List.of(service, service)).lines())
                    .contains(
                            "deberta_batches_total" + tags + "1.0",
                            "deberta_batch_tokens_total" + tags + "3.0",
                            "deberta_inflight_batches" + tags + "0.0",
                            "deberta_cache_hits_total" + tags + "1.0",
                            "deberta_cache_misses_total" + tags + "1.0",
                            "deberta_backend_fallback" + tags + "0.0",
                            "deberta_model_info{backend=\"fake\",model=\"fake\",revision=\"1\","
                                    + "task=\"text-classification\"} 1.0");
        }
    }

    @Test
    void servicesOfOneModelAndTaskAreOneSeries() {
        ModelOptions options = ModelOptions.of(Path.of("series"));
        try (PredictionService first = PredictionService.acquire(options, any -> FakeModel.echoing());
                PredictionService second = PredictionService.acquire(
                        options.toBuilder().topK(1).build(),
                        any -> FakeModel.echoing().withRevision("2"))) {
            first.predict(List.of(TextInput.of("abc")));
            second.predict(List.of(TextInput.of("de")));
            String tags = "{model=\"fake\",task=\"text-classification\"} ";
            List<String> lines =
                    PrometheusText.of(List.of(), List.of(first, second)).lines().toList();
            assertThat(lines)
                    .contains(
                            "deberta_batches_total" + tags + "2.0",
                            "deberta_batch_tokens_total" + tags + "5.0",
                            "deberta_queued_requests" + tags + "0.0",
                            "deberta_backend_fallback" + tags + "0.0")
                    .filteredOn(line -> line.startsWith("deberta_model_info"))
                    .hasSize(2);
            assertThat(lines.stream().map(line -> line.replaceAll(" .*", "")).filter(line -> !line.startsWith("#")))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aTimeOfAFractionOfAMillisecondIsNotZero() {
        Prediction prediction = new PredictionMapper(new ModelInfo("fake", "1", "fake", "text-classification"))
                .failure("id", ErrorKind.NO_TEXT, "none", Instant.EPOCH);
        prediction.setTimings(PredictionTimings.newBuilder()
                .setQueueMicros(20_000)
                .setTokenizeMicros(120)
                .setInferMicros(3_000)
                .setBatchSize(1)
                .build());
        MockProcessorContext<String, Prediction> context = new MockProcessorContext<>();
        try (PredictionService service =
                        PredictionService.acquire(ModelOptions.of(Path.of("percentiles")), any -> FakeModel.echoing());
                TaskMetrics metrics = TaskMetrics.of(context, "task", service)) {
            for (int i = 0; i < 100; i++) {
                metrics.record(prediction);
            }
            assertThat(percentile(context, "tokenizeTimeMsP50")).isCloseTo(0.12, Percentage.withPercentage(20));
            assertThat(percentile(context, "tokenizeTimeMsP99")).isCloseTo(0.12, Percentage.withPercentage(20));
            assertThat(percentile(context, "inferTimeMsP50")).isCloseTo(3, Percentage.withPercentage(20));
            assertThat(percentile(context, "queueTimeMsP99")).isCloseTo(20, Percentage.withPercentage(20));
        }
    }

    private static double percentile(MockProcessorContext<?, ?> context, String name) {
        return context.metrics().metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals(name))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }

    @Test
    void namesAreThoseOfPrometheus() {
        assertThat(PrometheusText.snake("queueTimeMsP99")).isEqualTo("queue_time_ms_p99");
        assertThat(PrometheusText.snake("stream-thread-metrics")).isEqualTo("stream_thread_metrics");
    }

    @Test
    void healthFollowsTheState() throws Exception {
        AtomicReference<KafkaStreams.State> state = new AtomicReference<>(KafkaStreams.State.REBALANCING);
        try (OperationsServer server =
                OperationsServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThat(get(server, "/health/live").statusCode())
                    .as("while models are opened")
                    .isEqualTo(200);
            assertThat(get(server, "/health/ready").statusCode()).isEqualTo(503);
            assertThat(get(server, "/metrics").body()).isEmpty();
            server.tell(state::get, () -> "metrics 1\n");
            assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(server, "/health/ready").statusCode()).isEqualTo(503);
            state.set(KafkaStreams.State.RUNNING);
            assertThat(get(server, "/health/ready").body()).isEqualTo("{\"state\":\"RUNNING\"}\n");
            state.set(KafkaStreams.State.ERROR);
            assertThat(get(server, "/health/live").statusCode()).isEqualTo(503);
            HttpResponse<String> metrics = get(server, "/metrics");
            assertThat(metrics.body()).isEqualTo("metrics 1\n");
            assertThat(metrics.headers().firstValue("Content-Type")).contains(PrometheusText.CONTENT_TYPE);
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (OperationsServer server =
                OperationsServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThatThrownBy(() -> OperationsServer.start(operations("deberta.http.port=" + server.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot listen on http://127.0.0.1:" + server.port() + ": ");
        }
    }

    @Test
    void theEndpointIsOnTheLoopbackUnlessToldOtherwise() {
        assertThat(operations().endpoint()).isNull();
        assertThat(operations("deberta.http.port=0").endpoint())
                .isInstanceOfSatisfying(
                        InetSocketAddress.class,
                        endpoint -> assertThat(endpoint.getAddress().isLoopbackAddress())
                                .isTrue());
        assertThatThrownBy(() -> operations("deberta.http.port=70000"))
                .hasMessage("deberta.http.port is 70000, expected 65535 or less");
    }

    @Test
    void aDryRunShowsTopologyAndSettingsButNoSecret() throws IOException {
        Properties properties = KafkaProcessorConfigTest.properties(
                "sasl.jaas.config=the secret",
                "deberta.registry.url=http://localhost:1",
                "deberta.registry.basic.auth=user:the-password",
                "deberta.output.format=avro-confluent");
        String text = DryRun.describe(properties, KafkaProcessorConfig.from(properties));
        assertThat(text)
                .contains(
                        "Source: KSTREAM-SOURCE-0000000000 (topics: [texts])",
                        "stores: [deberta-pending-default]",
                        "processing.guarantee=exactly_once_v2",
                        "sasl.jaas.config=[hidden]",
                        "deberta.registry.basic.auth=[hidden]",
                        "rule default")
                .doesNotContain("the secret")
                .doesNotContain("the-password");
    }

    private static Operations operations(String... settings) {
        return KafkaProcessorConfig.from(KafkaProcessorConfigTest.properties(settings))
                .operations();
    }

    private static HttpResponse<String> get(OperationsServer server, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + server.port() + path);
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
