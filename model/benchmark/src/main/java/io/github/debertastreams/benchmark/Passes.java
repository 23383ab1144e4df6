package io.github.debertastreams.benchmark;

import java.util.List;

/** How long a contestant took for its work, in each round. */
final class Passes<C extends Repeatable> {

    private static final long ROUND_NANOS = 250_000_000;
    private static final int WARM_UP_ROUNDS = 2;

    private final C contestant;
    private final Rounds rounds = new Rounds();

    Passes(C contestant) {
        this.contestant = contestant;
    }

    C contestant() {
        return contestant;
    }

    /** Rounds of each in turn, after two of warm-up. */
    static <C extends Repeatable> void byTurns(List<Passes<C>> all, int rounds) {
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (Passes<C> passes : all) {
                passes.run(round >= 0);
            }
        }
    }

    /** Passes for a quarter of a second, at least one; the fastest is the round's result, if it counts. */
    private void run(boolean counts) {
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
            rounds.add(least / 1e9);
        }
    }

    Rounds rounds() {
        return rounds;
    }
}
