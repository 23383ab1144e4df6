package io.github.debertastreams.model.batch;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a service has done since it was made, for metrics; it goes on counting when the model is swapped. Threads may share it. */
public final class ServiceStatistics {

    private final LongAdder batches = new LongAdder();
    private final LongAdder sequences = new LongAdder();
    private final LongAdder tokens = new LongAdder();
    private final LongAdder inferNanos = new LongAdder();
    private final LongAdder cacheHits = new LongAdder();
    private final LongAdder cacheMisses = new LongAdder();
    private final LongAdder swaps = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();

    ServiceStatistics() {}

    /** Batches run, failed ones included. */
    public long batches() {
        return batches.sum();
    }

    /** Sequences in all batches. */
    public long sequences() {
        return sequences.sum();
    }

    /** Tokens in all batches. */
    public long tokens() {
        return tokens.sum();
    }

    /** Time of all batches, each as a whole. */
    public long inferNanos() {
        return inferNanos.sum();
    }

    /** Batches that are running. */
    public int inFlight() {
        return inFlight.get();
    }

    public long cacheHits() {
        return cacheHits.sum();
    }

    public long cacheMisses() {
        return cacheMisses.sum();
    }

    /** How often another model took over. */
    public long swaps() {
        return swaps.sum();
    }

    void batchStarted() {
        inFlight.incrementAndGet();
    }

    void batchEnded(List<Part> parts, long nanos) {
        inFlight.decrementAndGet();
        batches.increment();
        sequences.add(parts.size());
        parts.forEach(part -> tokens.add(part.encoding().length()));
        inferNanos.add(nanos);
    }

    void cacheHit() {
        cacheHits.increment();
    }

    void cacheMiss() {
        cacheMisses.increment();
    }

    void swapped() {
        swaps.increment();
    }
}
