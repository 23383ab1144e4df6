package io.github.debertastreams.kafka.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class EventSenderTest {

    @Test
    void onlyWhatTheBrokerHasCountsAsSent() {
        MockProducer<String, String> producer =
                new MockProducer<>(false, new RoundRobinPartitioner(), new StringSerializer(), new StringSerializer());
        EventSender<String> sender = new EventSender<>(producer, "events");
        try (sender) {
            sender.send(3, 0, Integer::toString, index -> "event " + index);
            assertThat(producer.completeNext()).isTrue();
            assertThat(producer.errorNext(new TimeoutException("as asked"))).isTrue();
            assertThat(producer.completeNext()).isTrue();
        }
        assertThat(sender.arrived()).isEqualTo(2);
        assertThat(sender.failure()).hasMessage("as asked");
    }
}
