package io.github.debertastreams.model.token;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few reusable objects for many threads, without locks and, unlike a thread-local, without keeping anything alive in threads that
 * outlive us. A thread looks first where it left its object last; when all are taken, a new one is made.
 */
final class Pool<T> {

    private static final int SLOTS =
            Math.max(4, Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1));

    private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(SLOTS);
    private final Supplier<T> maker;

    Pool(Supplier<T> maker) {
        this.maker = maker;
    }

    T take() {
        int home = home();
        for (int probe = 0; probe < SLOTS; probe++) {
            int slot = (home + probe) & (SLOTS - 1);
            if (slots.getPlain(slot) != null) {
                @Nullable T taken = slots.getAndSet(slot, null);
                if (taken != null) {
                    return taken;
                }
            }
        }
        return maker.get();
    }

    /** Keeps an object for the next taker, or forgets it if enough are kept. */
    void giveBack(T value) {
        int home = home();
        for (int probe = 0; probe < SLOTS; probe++) {
            int slot = (home + probe) & (SLOTS - 1);
            if (slots.getPlain(slot) == null && slots.compareAndSet(slot, null, value)) {
                return;
            }
        }
    }

    private static int home() {
        return (int) Thread.currentThread().getId() & (SLOTS - 1);
    }
}
