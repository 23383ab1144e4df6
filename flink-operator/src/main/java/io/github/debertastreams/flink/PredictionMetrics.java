package io.github.debertastreams.flink;

import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.batch.ServiceStatistics;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import io.github.debertastreams.schemas.PredictionTimings;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What one subtask measures, in the group {@value #GROUP} of its operator; the names are those of the Kafka host. What a service
 * counts is the TaskManager's, so each subtask that shares it shows the same. Threads may share this.
 */
public final class PredictionMetrics {

    static final String GROUP = "deberta";

    private static final int WINDOW = 1_000;

    private final Counter records;
    private final Counter truncated;
    /** By the ordinal of their kind. */
    private final Counter[] failures = new Counter[ErrorKind.values().length];

    private final Histogram batchSize;
    private final Histogram queueTime;
    private final Histogram tokenizeTime;
    private final Histogram inferTime;

    private PredictionMetrics(MetricGroup group) {
        records = counter(group, "totalRecordsProcessed");
        truncated = counter(group, "truncatedRecords");
        for (ErrorKind kind : ErrorKind.values()) {
            failures[kind.ordinal()] = counter(group.addGroup("kind", kind.name()), "failures");
        }
        batchSize = histogram(group, "batchSize");
        queueTime = histogram(group, "queueTimeMs");
        tokenizeTime = histogram(group, "tokenizeTimeMs");
        inferTime = histogram(group, "inferTimeMs");
    }

    /** Registers the metrics of one subtask. */
    public static PredictionMetrics of(MetricGroup operator, PredictionService service) {
        MetricGroup group = operator.addGroup(GROUP);
        ServiceStatistics statistics = service.statistics();
        group.gauge("inflightBatches", statistics::inFlight);
        group.gauge("totalBatchesProcessed", statistics::batches);
        group.gauge("batchTokens", () -> mean(statistics.tokens(), statistics.batches()));
        group.gauge(
                "batchLatencyMs",
                () -> mean(TimeUnit.NANOSECONDS.toMillis(statistics.inferNanos()), statistics.batches()));
        group.gauge("queuedRequests", service::queued);
        group.gauge("cacheHits", statistics::cacheHits);
        group.gauge("cacheMisses", statistics::cacheMisses);
        group.gauge("modelSwaps", statistics::swaps);
        group.gauge("backend", () -> service.model().backend());
        group.gauge("backendFallback", () -> service.model().fellBack() ? 1 : 0);
        return new PredictionMetrics(group);
    }

    public void record(Prediction prediction) {
        records.inc();
        if (prediction.getResult() instanceof PredictionError error) {
            failures[error.getKind().ordinal()].inc();
        }
        if (prediction.getTruncated()) {
            truncated.inc();
        }
        PredictionTimings timings = prediction.getTimings();
        if (timings != null && timings.getBatchSize() > 0) { // not where it was remembered
            batchSize.update(timings.getBatchSize());
            queueTime.update(TimeUnit.MICROSECONDS.toMillis(timings.getQueueMicros()));
            tokenizeTime.update(TimeUnit.MICROSECONDS.toMillis(timings.getTokenizeMicros()));
            inferTime.update(TimeUnit.MICROSECONDS.toMillis(timings.getInferMicros()));
        }
    }

    private static double mean(long sum, long count) {
        return count == 0 ? 0 : (double) sum / count;
    }

    private static Counter counter(MetricGroup group, String name) {
        return group.counter(name, new ThreadSafeSimpleCounter());
    }

    private static Histogram histogram(MetricGroup group, String name) {
        return group.histogram(name, new DescriptiveStatisticsHistogram(WINDOW));
    }
}
