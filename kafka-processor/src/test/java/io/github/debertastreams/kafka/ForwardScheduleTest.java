package io.github.debertastreams.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.junit.jupiter.api.Test;

class ForwardScheduleTest {

    private final MockProcessorContext<String, String> context = new MockProcessorContext<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger ready = new AtomicInteger();
    private final ForwardSchedule schedule =
            new ForwardSchedule(context, pending::get, () -> pending.addAndGet(-ready.getAndSet(0)));

    private CapturedPunctuator last() {
        return context.scheduledPunctuators().get(context.scheduledPunctuators().size() - 1);
    }

    @Test
    void whatIsPendingIsForwardedWithoutAnotherRecord() {
        pending.set(2);
        schedule.follow();
        schedule.follow();
        assertThat(context.scheduledPunctuators()).hasSize(1);
        assertThat(last().getType()).isEqualTo(PunctuationType.WALL_CLOCK_TIME);
        ready.set(1);
        last().getPunctuator().punctuate(0);
        assertThat(pending).hasValue(1);
        assertThat(last().cancelled()).isFalse();
        ready.set(1);
        last().getPunctuator().punctuate(1);
        assertThat(pending).hasValue(0);
        assertThat(last().cancelled()).isTrue();
    }

    @Test
    void nothingIsScheduledWhileNothingIsPending() {
        schedule.follow();
        assertThat(context.scheduledPunctuators()).isEmpty();
        pending.set(1);
        schedule.follow();
        pending.set(0); // a commit has forwarded it
        schedule.follow();
        assertThat(last().cancelled()).isTrue();
        pending.set(1);
        schedule.follow();
        assertThat(context.scheduledPunctuators()).hasSize(2);
        assertThat(last().cancelled()).isFalse();
    }
}
