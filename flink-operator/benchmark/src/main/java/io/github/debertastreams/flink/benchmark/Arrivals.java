package io.github.debertastreams.flink.benchmark;

import org.apache.flink.api.common.functions.FilterFunction;

/** Counts what comes out of the job that runs in this JVM, and lets nothing through. */
final class Arrivals<T> implements FilterFunction<T> {

    private static final long serialVersionUID = 1;

    /** Functions travel, so all copies of this one count here. */
    private static final Clock CLOCK = new Clock();

    private static final class Clock {
        private int seen;
        private int warm;
        private long warmNanos;
        private long lastNanos;

        synchronized void start(int warmUp) {
            seen = 0;
            warm = warmUp;
        }

        synchronized void count() {
            seen++;
            lastNanos = System.nanoTime();
            if (seen == warm) {
                warmNanos = lastNanos;
            }
        }

        synchronized int seen() {
            return seen;
        }

        synchronized double perSecond() {
            return (seen - warm) * 1e9 / (lastNanos - warmNanos);
        }
    }

    /** Begins anew; what arrives up to {@code warmUp} is not measured. */
    static void start(int warmUp) {
        CLOCK.start(warmUp);
    }

    static int seen() {
        return CLOCK.seen();
    }

    /** From the end of the warm-up to the last arrival. */
    static double perSecond() {
        return CLOCK.perSecond();
    }

    @Override
    public boolean filter(T value) {
        CLOCK.count();
        return false;
    }
}
