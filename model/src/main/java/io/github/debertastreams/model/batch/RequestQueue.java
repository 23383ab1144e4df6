package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.token.BatchLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Requests in order of arrival, taken in batches of bounded count and tokens. Threads may share it. */
final class RequestQueue {

    private final BatchLimits limits;
    private final long lingerNanos;
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long queuedTokens;
    private boolean closed;

    RequestQueue(BatchLimits limits, Duration linger) {
        this.limits = limits;
        this.lingerNanos = linger.toNanos();
    }

    void add(Request request) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the prediction service is closed");
            }
            requests.add(request);
            queuedTokens += request.encoding().length();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return requests.size();
        } finally {
            lock.unlock();
        }
    }

    /** What is queued is still taken; then {@link #take} answers with nothing. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The next batch, at least one request, waiting for it; empty when the queue is closed and drained. */
    List<Request> take() {
        lock.lock();
        try {
            while (true) {
                if (requests.isEmpty()) {
                    if (closed) {
                        return List.of();
                    }
                    changed.awaitUninterruptibly();
                } else {
                    long wait = requests.element().queuedAt() + lingerNanos - System.nanoTime();
                    if (closed
                            || wait <= 0
                            || requests.size() >= limits.maxRecords()
                            || queuedTokens >= limits.maxTokens()) {
                        return cut();
                    }
                    awaitNanos(wait);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Request> cut() {
        List<Request> batch = new ArrayList<>(Math.min(limits.maxRecords(), requests.size()));
        int tokens = 0;
        while (!requests.isEmpty()
                && limits.admits(
                        batch.size(), tokens, requests.element().encoding().length())) {
            Request request = requests.remove();
            tokens += request.encoding().length();
            batch.add(request);
        }
        queuedTokens -= tokens;
        if (!requests.isEmpty()) {
            changed.signal(); // another worker's turn
        }
        return batch;
    }

    private void awaitNanos(long nanos) {
        try {
            changed.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            closed = true; // nobody interrupts a worker but to stop it
        }
    }
}
