package io.github.debertastreams.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.rules.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLimitsTest {

    private static final String[] BATCHES = {
        "deberta.batch.max.records=8", "deberta.batch.max.tokens=80", "deberta.workers=2"
    };

    @Test
    void theShorterLimitCounts() {
        assertThat(limits()).hasToString("producer.transaction.timeout.ms=30000");
        assertThat(limits("max.poll.interval.ms=20000")).hasToString("max.poll.interval.ms=20000");
        assertThat(limits("processing.guarantee=at_least_once")).hasToString("max.poll.interval.ms=300000");
    }

    @Test
    void aCommitMustComeBeforeTheTransactionEnds() {
        assertThatThrownBy(() -> limits("commit.interval.ms=30000"))
                .hasMessage("commit.interval.ms is 30000, expected less than producer.transaction.timeout.ms=30000");
    }

    @Test
    void aBatchThatTakesLongerThanTheTransactionIsRefused() {
        assertThatThrownBy(() -> limits().maxPending(rule(), new BatchTrial(Duration.ofSeconds(31), 10, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a full batch (batch.max.records=8, batch.max.tokens=80) takes 31000 ms here, "
                        + "expected less than producer.transaction.timeout.ms=30000");
    }

    @Test
    void asManyRecordsWaitAsCanBeFinishedInTime() {
        assertThat(limits().maxPending(rule(), new BatchTrial(Duration.ofMillis(10), 10, 1)))
                .as("four batches")
                .isEqualTo(32);
        assertThat(limits().maxPending(rule(), new BatchTrial(Duration.ofSeconds(10), 10, 1)))
                .as("two workers do two batches of eight in ten seconds, and half of thirty is there")
                .isEqualTo(16);
        assertThat(limits().maxPending(rule(), new BatchTrial(Duration.ofSeconds(10), 40, 1)))
                .as("two texts fill a batch")
                .isEqualTo(4);
    }

    @Test
    void theSequencesOfATextStayTogetherWhereABatchHoldsThem() {
        assertThat(limits().maxPending(rule(), new BatchTrial(Duration.ofSeconds(10), 10, 3)))
                .as("two texts of three sequences in a batch of eight, two workers")
                .isEqualTo(4);
        assertThat(limits().maxPending(rule("deberta.max.pending=4"), new BatchTrial(Duration.ofSeconds(10), 10, 12)))
                .as("four texts of twelve sequences are six batches, thirty seconds")
                .isEqualTo(4);
        assertThatThrownBy(() -> limits().maxPending(
                                rule("deberta.max.pending=5"), new BatchTrial(Duration.ofSeconds(10), 10, 12)))
                .hasMessageStartingWith("deberta.max.pending is 5: so many of the longest texts take 40000 ms here");
    }

    @Test
    void whatTheUserSaysIsRefusedAndNotChanged() {
        assertThat(limits().maxPending(rule("deberta.max.pending=40"), new BatchTrial(Duration.ofSeconds(9), 10, 1)))
                .isEqualTo(40);
        assertThatThrownBy(() -> limits().maxPending(
                                rule("deberta.max.pending=60"), new BatchTrial(Duration.ofSeconds(9), 10, 1)))
                .hasMessage("deberta.max.pending is 60: so many of the longest texts take 36000 ms here, more than "
                        + "producer.transaction.timeout.ms=30000");
    }

    private static TimeLimits limits(String... settings) {
        return TimeLimits.of(KafkaProcessorConfig.from(KafkaProcessorConfigTest.properties(settings))
                .streams());
    }

    private static Rule rule(String... settings) {
        java.util.Properties properties = KafkaProcessorConfigTest.properties(BATCHES);
        for (String setting : settings) {
            properties.setProperty(setting.split("=")[0], setting.split("=")[1]);
        }
        return KafkaProcessorConfig.from(properties).rules().get(0);
    }
}
