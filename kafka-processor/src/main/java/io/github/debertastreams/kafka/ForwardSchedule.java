package io.github.debertastreams.kafka;

import java.time.Duration;
import java.util.function.IntSupplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Has a task's results forwarded when they are there and no record comes in. Only while results are pending: Kafka Streams commits after
 * every punctuation, and a task that has nothing to do should commit nothing. Used by the task's thread alone.
 */
final class ForwardSchedule {

    /** Results are looked for this often, and no more often than the thread polls. */
    private static final Duration INTERVAL = Duration.ofMillis(1);

    private final ProcessorContext<?, ?> context;
    private final IntSupplier pending;
    private final Runnable forward;
    private @Nullable Cancellable punctuation;

    ForwardSchedule(ProcessorContext<?, ?> context, IntSupplier pending, Runnable forward) {
        this.context = context;
        this.pending = pending;
        this.forward = forward;
    }

    /** To be called after each change of what is pending. */
    void follow() {
        boolean needed = pending.getAsInt() > 0;
        if (needed && punctuation == null) {
            punctuation = context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::punctuate);
        } else if (!needed && punctuation != null) {
            punctuation.cancel();
            punctuation = null;
        }
    }

    private void punctuate(long timestamp) {
        forward.run();
        follow();
    }
}
