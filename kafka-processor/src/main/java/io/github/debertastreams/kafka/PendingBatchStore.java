package io.github.debertastreams.kafka;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * Results that one task waits for, forwarded in the order of their records. Nothing is stored: the input topic is the log.
 *
 * <p>Kafka Streams flushes its record caches before it computes the offsets to commit ({@code ProcessorStateManager.flushCache});
 * an ordinary store hears of a commit only afterwards. As a cache, this store forwards everything pending in that moment, so no
 * offset is committed before the output of its record was sent. This is the one class that touches Streams' internals: in that
 * moment no node is current, and {@code forward} needs one.
 *
 * <p>Used by the task's thread alone.
 */
final class PendingBatchStore implements StateStore, CachedStateStore<Object, Object> {

    private record Pending<R>(
            CompletableFuture<R> result,
            Consumer<R> forward,
            @Nullable ProcessorRecordContext recordContext) {

        void await() {
            forward.accept(result.join());
        }
    }

    private final String name;
    private final ArrayDeque<Pending<?>> pending = new ArrayDeque<>();
    private @Nullable InternalProcessorContext<?, ?> context;
    private @Nullable ProcessorNode<?, ?, ?, ?> node;
    private Runnable drained = () -> {};
    private boolean open;

    private PendingBatchStore(String name) {
        this.name = name;
    }

    static StoreBuilder<PendingBatchStore> builder(String name) {
        return new Builder(name);
    }

    /**
     * Remembers the calling processor's node as the one that forwards. Called in the processor's {@code init}.
     *
     * @param whenDrained called when a commit has forwarded everything
     */
    void bind(Runnable whenDrained) {
        node = context().currentNode();
        drained = whenDrained;
        StreamThreadPending.ofThread().add(this);
    }

    /** Puts a result that will be forwarded at the end of the queue, with the context of the record being processed. */
    <R> void add(CompletableFuture<R> result, Consumer<R> forward) {
        pending.add(new Pending<>(result, forward, context().recordContext()));
    }

    int size() {
        return pending.size();
    }

    /** Whether there is a result to forward. */
    boolean isReady() {
        return !pending.isEmpty() && pending.element().result().isDone();
    }

    /** Forwards what is ready, up to the first result that is not. */
    void forwardReady() {
        while (isReady()) {
            forwardFirst();
        }
    }

    /** Waits for results and forwards them until at most {@code limit} are pending. */
    void forwardUntil(int limit) {
        while (pending.size() > limit) {
            forwardFirst();
        }
    }

    @Override
    public void flushCache() {
        forwardUntil(0);
        drained.run();
    }

    /** A result stays in the queue until it was forwarded, so that a failure can never be mistaken for an output. */
    private void forwardFirst() {
        InternalProcessorContext<?, ?> current = context();
        ProcessorNode<?, ?, ?, ?> savedNode = current.currentNode();
        ProcessorRecordContext savedRecordContext = current.recordContext();
        try {
            Pending<?> first = pending.element();
            current.setCurrentNode(node);
            current.setRecordContext(first.recordContext());
            first.await();
            pending.remove();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        } finally {
            current.setCurrentNode(savedNode);
            current.setRecordContext(savedRecordContext);
        }
    }

    private InternalProcessorContext<?, ?> context() {
        if (context == null) {
            throw new IllegalStateException("store " + name + " is not initialized");
        }
        return context;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext stateStoreContext, StateStore root) {
        context = (InternalProcessorContext<?, ?>) stateStoreContext;
        stateStoreContext.register(root, (key, value) -> {});
        open = true;
    }

    /** Too late to forward: the offsets are committed already. */
    @Override
    public void flush() {}

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {}

    /** After a commit nothing is pending; a lost task's records are read again by its next owner. */
    @Override
    public void close() {
        StreamThreadPending.ofThread().remove(this);
        pending.clear();
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean setFlushListener(@Nullable CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }

    /** Called where a task is recycled; nothing read from a log is here. */
    @Override
    public void clearCache() {
        pending.clear();
    }

    /** Neither logged nor cached by Streams, whatever is asked for: this store is the cache. */
    private record Builder(String name) implements StoreBuilder<PendingBatchStore> {

        @Override
        public PendingBatchStore build() {
            return new PendingBatchStore(name);
        }

        @Override
        public StoreBuilder<PendingBatchStore> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<PendingBatchStore> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<PendingBatchStore> withLoggingEnabled(Map<String, String> config) {
            throw new UnsupportedOperationException("the input topic is the log of " + name);
        }

        @Override
        public StoreBuilder<PendingBatchStore> withLoggingDisabled() {
            return this;
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }
    }
}
