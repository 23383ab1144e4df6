package io.github.debertastreams.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long a contestant took for one pass over the corpus, in each round. */
final class Speed {

    private final Contestant contestant;
    private final List<Double> seconds = new ArrayList<>();
    private long tokens;

    Speed(Contestant contestant) {
        this.contestant = contestant;
    }

    Contestant contestant() {
        return contestant;
    }

    long tokens() {
        return tokens;
    }

    /** Runs passes for at least so long, after which the round counts with their mean. */
    void measure(List<String> texts, double atLeastSeconds) {
        seconds.add(run(texts, atLeastSeconds));
    }

    /** The same, not counted. */
    void warmUp(List<String> texts, double atLeastSeconds) {
        run(texts, atLeastSeconds);
    }

    private double run(List<String> texts, double atLeastSeconds) {
        long start = System.nanoTime();
        long passes = 0;
        double elapsed;
        do {
            tokens = contestant.pass().tokens(texts);
            passes++;
            elapsed = (System.nanoTime() - start) / 1e9;
        } while (elapsed < atLeastSeconds);
        return elapsed / passes;
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
