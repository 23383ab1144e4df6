package io.github.debertastreams.model.cli;

import java.io.PrintWriter;
import java.time.Duration;

/** A line on the terminal that says how far the work is; silent where standard error is no terminal. */
public final class Progress implements AutoCloseable {

    /** Set by the launcher where standard error is a terminal. */
    private static final String TERMINAL = "deberta.terminal";

    private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

    private final PrintWriter err;
    private final String unit;
    private final boolean shown = Boolean.getBoolean(TERMINAL);
    private final long start = System.nanoTime();
    private long drawnAt;
    private boolean drawn;

    public Progress(PrintWriter err, String unit) {
        this.err = err;
        this.unit = unit;
    }

    /** So many are done. */
    public void at(long count) {
        long now = System.nanoTime();
        if (shown && (!drawn || now - drawnAt > INTERVAL_NANOS)) {
            drawnAt = now;
            drawn = true;
            double seconds = Math.max(1e-3, (now - start) / 1e9);
            err.printf("\r%,d %s  %,.0f/s ", count, unit, count / seconds);
            err.flush();
        }
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
