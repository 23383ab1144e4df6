package io.github.debertastreams.model.cpu;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that compute one batch together: the one that calls, and helpers. Between two pieces of work of a batch, some microseconds
 * apart, helpers spin; when none comes they park, so that an idle team costs nothing. For one caller at a time.
 */
final class Team implements AutoCloseable {

    /** Work in numbered parts, which may run at the same time. */
    interface Work {

        /**
         * Runs one part.
         *
         * @param member of the team, from 0, the caller: whose scratch memory to use
         */
        void run(int part, int member);
    }

    private static final long SPIN_NANOS = 50_000;
    private static final int SPINS = 64;
    private static final int PART_BITS = 24;
    private static final int MOST_PARTS = (1 << PART_BITS) - 1;

    private final Helper[] helpers;
    /** A number that changes with the work, then how many parts it has, then the next of them. */
    private final AtomicLong ticket = new AtomicLong();

    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /** Written before its ticket is out, and not again until its last part is done. */
    private @Nullable Work work;

    /** A team of this many threads, the caller's included; helpers are daemons of this name. */
    Team(int size, String name) {
        this.helpers = new Helper[size - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1, name + "-" + (i + 1));
            helpers[i].setDaemon(true);
        }
        try {
            for (Helper helper : helpers) {
                helper.start();
            }
        } catch (Error e) { // no more threads: those that run would wait for ever
            close();
            throw e;
        }
    }

    int size() {
        return helpers.length + 1;
    }

    /** Runs all parts, and returns when they are done. What a part throws is thrown here, once the others are done. */
    void run(int count, Work next) {
        if (helpers.length == 0 || count <= 1 || count > MOST_PARTS) {
            for (int part = 0; part < count; part++) {
                next.run(part, 0);
            }
            return;
        }
        work = next;
        done.set(0);
        failure = null;
        long number = (ticket.get() >>> 2 * PART_BITS) + 1;
        ticket.set(number << 2 * PART_BITS | (long) count << PART_BITS);
        for (Helper helper : helpers) {
            helper.wake();
        }
        while (runPart(0)) {
            // the next one
        }
        for (int spins = 0; done.get() < count; spins++) {
            if (spins % SPINS == SPINS - 1) {
                Thread.yield(); // a helper may have lost its processor
            } else {
                Thread.onSpinWait();
            }
        }
        Throwable thrown = failure;
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown != null) {
            throw (RuntimeException) thrown;
        }
    }

    /** Takes a part and runs it; false if none is left. */
    private boolean runPart(int member) {
        long current = ticket.get();
        int part = (int) current & MOST_PARTS;
        if (part >= ((int) (current >>> PART_BITS) & MOST_PARTS)) {
            return false;
        }
        if (!ticket.compareAndSet(current, current + 1)) {
            return true;
        }
        try {
            Objects.requireNonNull(work).run(part, member);
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            done.incrementAndGet();
        }
        return true;
    }

    @Override
    public void close() {
        closed = true;
        for (Helper helper : helpers) {
            LockSupport.unpark(helper);
        }
    }

    private final class Helper extends Thread {

        private final int member;
        private volatile boolean parked;

        Helper(int member, String name) {
            super(name);
            this.member = member;
        }

        void wake() {
            if (parked) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            while (!closed) {
                long seen = ticket.get();
                while (runPart(member)) {
                    seen = ticket.get();
                }
                await(seen);
            }
        }

        /** Returns when there is, or may be, more work than the ticket {@code seen} had. */
        private void await(long seen) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < SPIN_NANOS) {
                for (int spin = 0; spin < SPINS; spin++) {
                    if (ticket.get() != seen || closed) {
                        return;
                    }
                    Thread.onSpinWait();
                }
            }
            parked = true;
            if (ticket.get() == seen && !closed) {
                LockSupport.park(Team.this);
            }
            parked = false;
        }
    }
}
