package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.batch.ServiceStatistics;

/** The batches of a service between two moments. */
public final class BatchMeter {

    private final ServiceStatistics statistics;
    private long batches;
    private long sequences;
    private long nanos;

    private BatchMeter(ServiceStatistics statistics) {
        this.statistics = statistics;
        this.batches = statistics.batches();
        this.sequences = statistics.sequences();
        this.nanos = statistics.inferNanos();
    }

    public static BatchMeter start(ServiceStatistics statistics) {
        return new BatchMeter(statistics);
    }

    /** What the batches since the start had and took. */
    public Batches stop() {
        return new Batches(
                statistics.batches() - batches, statistics.sequences() - sequences, statistics.inferNanos() - nanos);
    }

    /** @param nanos of all of them, each as a whole */
    public record Batches(long count, long sequences, long nanos) {

        public double meanSize() {
            return (double) sequences / Math.max(1, count);
        }

        public double meanMillis() {
            return nanos / 1e6 / Math.max(1, count);
        }
    }
}
