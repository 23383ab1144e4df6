package io.github.debertastreams.kafka;

import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import io.github.debertastreams.schemas.PredictionTimings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Avg;
import org.apache.kafka.common.metrics.stats.CumulativeCount;
import org.apache.kafka.common.metrics.stats.Max;
import org.apache.kafka.common.metrics.stats.Percentile;
import org.apache.kafka.common.metrics.stats.Percentiles;
import org.apache.kafka.common.metrics.stats.Rate;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * What one task measures, as Kafka Streams sensors: in {@code KafkaStreams.metrics()}, in JMX and at the Prometheus endpoint, in the
 * group {@value #GROUP}. Times are those that the predictions themselves tell. Used by the task's thread alone.
 */
final class TaskMetrics implements AutoCloseable {

    static final String GROUP = "deberta-metrics";

    private static final int PERCENTILE_BYTES = 4_000;
    /** What is longer counts as this; percentiles are in steps that start with two millionths of it, and grow. */
    private static final double LONGEST_MILLIS = 60_000;

    private static final double LONGEST_TOKENIZE_MILLIS = 1_000;
    private static final double MICROS = 1_000;

    private final StreamsMetrics metrics;
    private final String prefix;
    private final Map<String, String> tags;
    private final List<Sensor> sensors = new ArrayList<>();

    private final Sensor records;
    private final Sensor truncated;
    private final Sensor batchSize;
    private final Sensor queueTime;
    private final Sensor tokenizeTime;
    private final Sensor inferTime;
    /** By the ordinal of their kind. */
    private final Sensor[] failures = new Sensor[ErrorKind.values().length];

    private TaskMetrics(StreamsMetrics metrics, String prefix, Map<String, String> tags) {
        this.metrics = metrics;
        this.prefix = prefix;
        this.tags = tags;
        records = counter("totalRecordsProcessed", "records with a prediction or an error");
        records.add(name("recordsProcessedRate", "records a second"), new Rate());
        truncated = counter("truncatedRecords", "records whose text was longer than the model reads");
        batchSize = sensor("batchSize");
        batchSize.add(name("batchSizeAvg", "mean sequences in a record's batch"), new Avg());
        batchSize.add(name("batchSizeMax", "most sequences in a record's batch"), new Max());
        queueTime = millis("queueTimeMs", "from submission to the start of the batch", LONGEST_MILLIS);
        tokenizeTime = millis("tokenizeTimeMs", "tokenizing", LONGEST_TOKENIZE_MILLIS);
        inferTime = millis("inferTimeMs", "the record's batches, each as a whole", LONGEST_MILLIS);
        for (ErrorKind kind : ErrorKind.values()) {
            failures[kind.ordinal()] = failureCounter(kind);
        }
    }

    /** @param name of the processor in its topology, which tells it from others of the same task */
    static TaskMetrics of(ProcessorContext<?, ?> context, String name, PredictionService service) {
        String task = String.valueOf(context.taskId());
        Map<String, String> tags = Map.of(
                "task-id", task, "processor", name, "model", service.model().name());
        return new TaskMetrics(context.metrics(), "deberta." + task + "." + name + ".", tags);
    }

    void record(Prediction prediction) {
        records.record();
        if (prediction.getResult() instanceof PredictionError error) {
            failures[error.getKind().ordinal()].record();
        }
        if (prediction.getTruncated()) {
            truncated.record();
        }
        PredictionTimings timings = prediction.getTimings();
        if (timings != null && timings.getBatchSize() > 0) { // not where it was remembered
            batchSize.record(timings.getBatchSize());
            queueTime.record(timings.getQueueMicros() / MICROS);
            tokenizeTime.record(timings.getTokenizeMicros() / MICROS);
            inferTime.record(timings.getInferMicros() / MICROS);
        }
    }

    @Override
    public void close() {
        sensors.forEach(metrics::removeSensor);
    }

    private Sensor millis(String name, String what, double longest) {
        Sensor sensor = sensor(name);
        sensor.add(name(name + "Avg", what + ", mean, milliseconds"), new Avg());
        sensor.add(name(name + "Max", what + ", longest, milliseconds"), new Max());
        sensor.add(new Percentiles(
                PERCENTILE_BYTES,
                longest,
                Percentiles.BucketSizing.LINEAR,
                new Percentile(name(name + "P50", what + ", median, milliseconds"), 50),
                new Percentile(name(name + "P99", what + ", 99th percentile, milliseconds"), 99)));
        return sensor;
    }

    private Sensor counter(String name, String what) {
        Sensor sensor = sensor(name);
        sensor.add(name(name, what), new CumulativeCount());
        return sensor;
    }

    private Sensor failureCounter(ErrorKind kind) {
        Map<String, String> ofKind = new HashMap<>(tags);
        ofKind.put("kind", kind.name());
        Sensor sensor = sensor("failures-" + kind);
        sensor.add(
                new MetricName("failures", GROUP, "records without a prediction, by kind", ofKind),
                new CumulativeCount());
        return sensor;
    }

    private Sensor sensor(String name) {
        Sensor sensor = metrics.addSensor(prefix + name, Sensor.RecordingLevel.INFO);
        sensors.add(sensor);
        return sensor;
    }

    private MetricName name(String name, String what) {
        return new MetricName(name, GROUP, what, tags);
    }
}
