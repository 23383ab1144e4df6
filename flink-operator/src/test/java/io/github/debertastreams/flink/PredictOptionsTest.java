package io.github.debertastreams.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class PredictOptionsTest {

    @Test
    void defaultsToFourBatchesAMinuteAndNoOrder() {
        assertThat(PredictOptions.from(Map.of("model", "m", "batch.max.records", "8")))
                .isEqualTo(new PredictOptions(
                        Map.of("model", "m", "batch.max.records", "8"),
                        32,
                        Duration.ofMinutes(1),
                        PredictOptions.Order.UNORDERED));
    }

    @Test
    void travelsWithTheJob() throws Exception {
        PredictOptions options = PredictOptions.from(
                Map.of("model", "m", "order", "Ordered", "timeout.ms", "7", "capacity", "99", "top.k", "3"));

        assertThat(InstantiationUtil.clone(options)).isEqualTo(options);
    }

    @Test
    void refusesACapacityBelowTwoBatches() {
        assertThatThrownBy(() -> PredictOptions.of("m").withCapacity(63))
                .hasMessage("capacity is 63, expected at least two batches of batch.max.records: 64");
    }

    @Test
    void namesTheNearestOptionOfAnUnknownOne() {
        assertThatThrownBy(() -> PredictOptions.from(Map.of("model", "m", "capacty", "64")))
                .hasMessageContaining("unknown option 'capacty', did you mean 'capacity'?");
    }

    @Test
    void refusesWrongValuesBeforeTheJobIsSubmitted() {
        assertThatThrownBy(() -> PredictOptions.from(Map.of("model", "m", "order", "sorted")))
                .hasMessage("order is 'sorted', expected unordered or ordered");
        assertThatThrownBy(() -> PredictOptions.from(Map.of("model", "m", "workers", "many")))
                .hasMessageContaining("workers is 'many'");
        assertThatThrownBy(() -> PredictOptions.of("m").withTimeout(Duration.ZERO))
                .hasMessage("timeout.ms is 0, expected 1 or more");
    }
}
