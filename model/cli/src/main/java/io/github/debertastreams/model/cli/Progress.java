package io.github.debertastreams.model.cli;

import java.io.PrintWriter;
import java.time.Duration;

/** A line on the terminal that says how far the work is; silent where standard error is no terminal. */
public final class Progress implements AutoCloseable {

    /** Set by the launcher where standard error is a terminal. */
    private static final String TERMINAL = "deberta.terminal";

    private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

    private static final int BAR = 20;

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
        if (isDue()) {
            draw(String.format("%,d %s  %,.0f/s ", count, unit, count / seconds()));
        }
    }

    /** Of {@code total}, {@code done} are done, {@code what} being worked on: a bar. */
    public void at(String what, long done, long total) {
        if (isDue()) {
            int filled = total == 0 ? BAR : (int) (BAR * (done / (double) total));
            String bar = "█".repeat(filled) + "░".repeat(BAR - filled);
            draw(String.format("%s %s %,d of %,d %s  %,.0f/s ", bar, what, done, total, unit, done / seconds()));
        }
    }

    private boolean isDue() {
        return shown && (!drawn || System.nanoTime() - drawnAt > INTERVAL_NANOS);
    }

    private double seconds() {
        return Math.max(1e-3, (System.nanoTime() - start) / 1e9);
    }

    private void draw(String line) {
        drawnAt = System.nanoTime();
        drawn = true;
        err.print("\r\u001b[K" + line);
        err.flush();
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
