package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.token.BatchLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Requests in order of arrival, whose sequences are taken in batches of bounded count and tokens. Threads may share it. */
final class RequestQueue {

    private final BatchLimits limits;
    private final long lingerNanos;
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Sequences of the first request that earlier batches took. */
    private int taken;

    private long queuedSequences;
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
                throw new ServiceClosedException();
            }
            requests.add(request);
            queuedSequences += request.sequences();
            queuedTokens += request.pending().input().tokens();
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

    /** Closes the queue, and what is queued is taken no more: returns it. */
    List<Request> abandon() {
        lock.lock();
        try {
            close();
            List<Request> abandoned = List.copyOf(requests);
            while (!requests.isEmpty()) {
                drop(requests.element());
            }
            return abandoned;
        } finally {
            lock.unlock();
        }
    }

    /** The next batch, at least one sequence, waiting for it; empty when the queue is closed and drained. */
    List<Part> take() {
        lock.lock();
        try {
            while (true) {
                if (requests.isEmpty()) {
                    if (closed) {
                        return List.of();
                    }
                    changed.awaitUninterruptibly();
                } else {
                    long wait = requests.element().pending().submittedAt() + lingerNanos - System.nanoTime();
                    if (closed
                            || wait <= 0
                            || queuedSequences >= limits.maxRecords()
                            || queuedTokens >= limits.maxTokens()) {
                        List<Part> batch = cut();
                        if (!batch.isEmpty()) {
                            return batch;
                        }
                        continue;
                    }
                    awaitNanos(wait);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Empty where all that was queued has failed or been cancelled meanwhile. */
    private List<Part> cut() {
        List<Part> batch = new ArrayList<>();
        int tokens = 0;
        while (!requests.isEmpty()) {
            Request request = requests.element();
            if (request.outcome().isDone()) { // cancelled, or another batch failed it
                drop(request);
            } else if (taken == 0 && fits(request, 0, 0) && !fits(request, batch.size(), tokens)) {
                break; // it fits the next batch as a whole
            } else {
                while (taken < request.sequences() && limits.admits(batch.size(), tokens, length(request, taken))) {
                    tokens += length(request, taken);
                    batch.add(new Part(request, taken++));
                }
                if (taken < request.sequences()) {
                    break;
                }
                requests.remove();
                taken = 0;
            }
        }
        queuedSequences -= batch.size();
        queuedTokens -= tokens;
        if (!requests.isEmpty()) {
            changed.signal(); // another worker's turn
        }
        return batch;
    }

    private void drop(Request request) {
        for (int sequence = taken; sequence < request.sequences(); sequence++) {
            queuedSequences--;
            queuedTokens -= length(request, sequence);
        }
        requests.remove();
        taken = 0;
    }

    /** Whether a batch of this many sequences and tokens has room for all of the request's. */
    private boolean fits(Request request, int sequences, int tokens) {
        return sequences + request.sequences() <= limits.maxRecords()
                && tokens + request.pending().input().tokens() <= limits.maxTokens();
    }

    private static int length(Request request, int sequence) {
        return request.pending().input().sequences().get(sequence).length();
    }

    private void awaitNanos(long nanos) {
        try {
            changed.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            closed = true; // nobody interrupts a worker but to stop it
        }
    }
}
