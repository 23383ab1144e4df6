package io.github.debertastreams.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Closes a body that brings nothing for a while: the JDK's client has no time limit for reading. */
final class StallGuard implements AutoCloseable {

    private final AtomicLong signs = new AtomicLong();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "deberta-download-watch");
        thread.setDaemon(true);
        return thread;
    });
    private long seen = -1;

    StallGuard(InputStream body, Duration patience) {
        long period = Math.max(1, patience.toMillis());
        var unused = watch.scheduleAtFixedRate(() -> check(body), period, period, TimeUnit.MILLISECONDS);
    }

    /** Something came. */
    void alive() {
        signs.incrementAndGet();
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private void check(InputStream body) {
        long now = signs.get();
        if (now == seen) {
            try {
                body.close(); // its reader sees the end
            } catch (IOException ignored) {
                // nothing more can be done to wake it
            }
        }
        seen = now;
    }
}
