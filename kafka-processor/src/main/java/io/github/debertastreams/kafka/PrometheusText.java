package io.github.debertastreams.kafka;

import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.batch.ServiceStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.kafka.common.Metric;

/**
 * Metrics in Prometheus' text format 0.0.4: {@code batchSizeAvg} of the group {@code deberta-metrics} is
 * {@code deberta_batch_size_avg}, and {@code process-rate} of {@code stream-thread-metrics} is
 * {@code kafka_stream_thread_metrics_process_rate}.
 */
final class PrometheusText {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String OURS = "deberta_";
    private static final double NANOS = 1e9;

    /** Samples of a name stand together, as the format wants it. */
    private final Map<String, List<String>> samples = new TreeMap<>();

    private PrometheusText() {}

    static String of(Collection<? extends Metric> metrics, Collection<PredictionService> services) {
        PrometheusText text = new PrometheusText();
        for (Metric metric : metrics) {
            if (metric.metricValue() instanceof Number value) {
                String group = metric.metricName().group();
                String name = group.equals(TaskMetrics.GROUP) ? OURS : "kafka_" + snake(group) + "_";
                text.add(
                        name + snake(metric.metricName().name()),
                        metric.metricName().tags(),
                        value.doubleValue());
            }
        }
        services.stream()
                .distinct()
                .collect(Collectors.groupingBy(PrometheusText::tags))
                .forEach(text::add);
        return text.samples.entrySet().stream()
                .map(entry -> "# TYPE " + entry.getKey() + " " + type(entry.getKey()) + "\n"
                        + String.join("", entry.getValue()))
                .collect(Collectors.joining());
    }

    private static Map<String, String> tags(PredictionService service) {
        return Map.of("model", service.model().name(), "task", service.model().task());
    }

    /** Services of one model and task, with other options each, are one series: Prometheus refuses two of the same tags. */
    private void add(Map<String, String> tags, List<PredictionService> services) {
        List<ServiceStatistics> statistics =
                services.stream().map(PredictionService::statistics).toList();
        add(OURS + "batches_total", tags, sum(statistics, ServiceStatistics::batches));
        add(OURS + "batch_sequences_total", tags, sum(statistics, ServiceStatistics::sequences));
        add(OURS + "batch_tokens_total", tags, sum(statistics, ServiceStatistics::tokens));
        add(OURS + "batch_seconds_total", tags, sum(statistics, ServiceStatistics::inferNanos) / NANOS);
        add(OURS + "inflight_batches", tags, sum(statistics, ServiceStatistics::inFlight));
        add(OURS + "queued_requests", tags, sum(services, PredictionService::queued));
        add(OURS + "cache_hits_total", tags, sum(statistics, ServiceStatistics::cacheHits));
        add(OURS + "cache_misses_total", tags, sum(statistics, ServiceStatistics::cacheMisses));
        add(OURS + "model_swaps_total", tags, sum(statistics, ServiceStatistics::swaps));
        boolean fellBack = services.stream().anyMatch(service -> service.model().fellBack());
        add(OURS + "backend_fallback", tags, fellBack ? 1 : 0);
        services.stream()
                .map(service -> Map.of(
                        "model", service.model().name(),
                        "task", service.model().task(),
                        "revision", service.model().revision(),
                        "backend", service.model().backend()))
                .distinct()
                .forEach(info -> add(OURS + "model_info", info, 1));
    }

    private static <T> double sum(List<T> values, ToDoubleFunction<T> value) {
        return values.stream().mapToDouble(value).sum();
    }

    private void add(String name, Map<String, String> tags, double value) {
        String labels = new TreeMap<>(tags)
                .entrySet().stream()
                        .map(tag -> snake(tag.getKey()) + "=\"" + escaped(tag.getValue()) + "\"")
                        .collect(Collectors.joining(","));
        samples.computeIfAbsent(name, key -> new ArrayList<>()).add(name + "{" + labels + "} " + number(value) + "\n");
    }

    private static String type(String name) {
        boolean counts = name.endsWith("_total")
                || name.equals(OURS + "total_records_processed")
                || name.equals(OURS + "failures")
                || name.equals(OURS + "truncated_records");
        return counts ? "counter" : "gauge";
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return Double.isInfinite(value) ? (value > 0 ? "+Inf" : "-Inf") : Double.toString(value);
    }

    /** {@code batchSizeAvg} and {@code batch-size-avg} as {@code batch_size_avg}. */
    static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("[^A-Za-z0-9_]", "_")
                .toLowerCase(Locale.ROOT);
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
