package io.github.debertastreams.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the rounds of a measurement took, in seconds. */
final class Rounds {

    private final List<Double> seconds = new ArrayList<>();

    void add(double round) {
        seconds.add(round);
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
