package io.github.debertastreams.kafka;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The pending results of all tasks of the calling stream thread. {@link LookingConsumer} looks at them while it polls; where it does
 * not, a thread that polls learns of no result before records come or {@code poll.ms} is over.
 */
final class StreamThreadPending {

    private static final ThreadLocal<StreamThreadPending> OF_THREAD = ThreadLocal.withInitial(StreamThreadPending::new);

    private final Set<PendingBatchStore> stores = new LinkedHashSet<>();
    private boolean lookedAt;

    private StreamThreadPending() {}

    static StreamThreadPending ofThread() {
        return OF_THREAD.get();
    }

    void add(PendingBatchStore store) {
        stores.add(store);
    }

    void remove(PendingBatchStore store) {
        stores.remove(store);
    }

    /** Whether this thread's consumer looks at what is pending. */
    boolean isLookedAt() {
        return lookedAt;
    }

    void lookAt() {
        lookedAt = true;
    }

    boolean isEmpty() {
        for (PendingBatchStore store : stores) {
            if (store.size() > 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of them can be forwarded. */
    boolean isReady() {
        for (PendingBatchStore store : stores) {
            if (store.isReady()) {
                return true;
            }
        }
        return false;
    }
}
