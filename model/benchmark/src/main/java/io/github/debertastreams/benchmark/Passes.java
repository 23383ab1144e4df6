package io.github.debertastreams.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long a contestant took for a batch, in each round. */
final class Passes {

    private static final long ROUND_NANOS = 250_000_000;

    private final EncoderContestant contestant;
    private final List<Double> seconds = new ArrayList<>();

    Passes(EncoderContestant contestant) {
        this.contestant = contestant;
    }

    EncoderContestant contestant() {
        return contestant;
    }

    /** Passes for a quarter of a second, at least one; the fastest is the round's result, if it counts. */
    void run(boolean counts) {
        long end = System.nanoTime() + ROUND_NANOS;
        long least = Long.MAX_VALUE;
        long start = System.nanoTime();
        do {
            contestant.pass();
            long now = System.nanoTime();
            least = Math.min(least, now - start);
            start = now;
        } while (start < end);
        if (counts) {
            seconds.add(least / 1e9);
        }
    }

    double best() {
        return Collections.min(seconds);
    }

    double median() {
        List<Double> sorted = seconds.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
