package io.github.debertastreams.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookingConsumerTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final List<Duration> waits = new ArrayList<>();
    private final Consumer<byte[], byte[]> looking = LookingConsumer.of(stub());
    private boolean silent = true;

    /** A consumer for which no record comes: its polls take as long as they may, or end at once where there is news of an offset. */
    @SuppressWarnings("unchecked")
    private Consumer<byte[], byte[]> stub() {
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("poll")) {
                        throw new TimeoutException("as asked");
                    }
                    Duration wait = (Duration) arguments[0];
                    waits.add(wait);
                    if (silent) {
                        Thread.sleep(wait.toMillis() + 1);
                    }
                    return new ConsumerRecords<byte[], byte[]>(Map.of(), Map.of());
                });
    }

    @Test
    void withNothingPendingItPollsAsAsked() {
        assertThat(looking.poll(Duration.ofMillis(20)).isEmpty()).isTrue();
        assertThat(waits).hasSize(1);
        silent = false;
        assertThat(looking.poll(LONG).isEmpty()).as("news of an offset alone").isTrue();
        assertThat(waits).hasSize(2);
    }

    @Test
    void othersCallsFailAsTheConsumersDo() {
        assertThatThrownBy(looking::assignment)
                .isInstanceOf(TimeoutException.class)
                .hasMessage("as asked");
    }
}
