package io.github.debertastreams.benchmark;

/** How long a contestant took for its work, in each round. */
final class Passes<C extends Repeatable> {

    private static final long ROUND_NANOS = 250_000_000;

    private final C contestant;
    private final Rounds rounds = new Rounds();

    Passes(C contestant) {
        this.contestant = contestant;
    }

    C contestant() {
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
            rounds.add(least / 1e9);
        }
    }

    Rounds rounds() {
        return rounds;
    }
}
