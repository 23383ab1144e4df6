package io.github.debertastreams.benchmark;

import java.util.List;

/** How long a contestant took for one pass over the corpus, in each round. */
final class Speed {

    private final Contestant contestant;
    private final Rounds rounds = new Rounds();
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
        rounds.add(run(texts, atLeastSeconds));
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

    Rounds rounds() {
        return rounds;
    }
}
