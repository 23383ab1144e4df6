package io.github.debertastreams.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the rounds of a measurement said, such as seconds, or texts a second. */
public final class Rounds {

    private final List<Double> values = new ArrayList<>();

    public void add(double round) {
        values.add(round);
    }

    /** Begins anew. */
    public void clear() {
        values.clear();
    }

    /** The least. */
    public double best() {
        return Collections.min(values);
    }

    public double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
