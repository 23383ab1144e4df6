package io.github.debertastreams.model.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.cpu.RelativePositions.Direction;
import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.kernel.CacheLines;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.KernelsForTests;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelativePositionsTest {

    private static final int HEADS = 2;
    private static final int HEAD_SIZE = 3;

    /** Without buckets, with buckets, and with buckets that end much farther off than there are rows. */
    @ParameterizedTest
    @CsvSource({"0, 8", "0, 1", "16, 64", "4, 1000"})
    void eachDistanceHasItsRowHoweverFarItLies(int buckets, int maxRelativePositions) {
        AttentionConfig config = config(buckets, maxRelativePositions);
        int width = config.width();
        float[] rows = new float[2 * config.span() * width];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i;
        }
        for (Kernels kernels : KernelsForTests.all()) {
            for (Direction direction : Direction.values()) {
                RelativePositions positions = new RelativePositions(rowsOf(rows, width), config, direction, kernels);
                for (int extent : new int[] {1, 9, 70, 300, 2500}) {
                    RelativePositions.Table table = positions.upTo(extent);
                    for (int distance = 1 - extent; distance < extent; distance++) {
                        for (int head = 0; head < HEADS; head++) {
                            for (int k = 0; k < HEAD_SIZE; k++) {
                                int at = table.at(head, table.column(distance)) + k * table.width();
                                assertThat(table.values()[at])
                                        .isEqualTo(rows[config.relativeRow(distance) * width + head * HEAD_SIZE + k]);
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void aProductBeginsWhereAPanelDoes() {
        float[] values = {};
        RelativePositions.Table panels = new RelativePositions.Table(values, 48, 16, 20, HEAD_SIZE, Direction.UP);
        assertThat(panels.begin(15)).isZero();
        assertThat(panels.begin(33)).isEqualTo(32);
        assertThat(panels.at(1, 32)).isEqualTo(CacheLines.FIRST + 48 * HEAD_SIZE + 32 * HEAD_SIZE);
    }

    @Test
    void atFirstATableIsNoLargerThanItsTextsGiveCauseFor() {
        AttentionConfig config = config(4, 1 << 20);
        int width = config.width();
        RelativePositions positions = new RelativePositions(
                rowsOf(new float[2 * config.span() * width], width), config, Direction.UP, Kernels.get());
        assertThat(positions.upTo(4).values()).hasSizeLessThan(1000);
    }

    /** More than a quarter of the whole: then all of it. */
    @Test
    void rowsAreProjectedWhenATextReachesThemAndNotOnceAllAreThere() {
        AttentionConfig config = config(0, 256);
        List<String> projected = new ArrayList<>();
        RelativePositions positions = new RelativePositions(
                (first, rows, to) -> projected.add(first + " to " + (first + rows - 1)),
                config,
                Direction.DOWN,
                Kernels.get());
        assertThat(projected).isEmpty();
        for (int extent : new int[] {1, 64, 40, 65, 256, 300, 2000}) {
            positions.upTo(extent);
        }
        assertThat(projected).containsExactly("193 to 319", "0 to 511");
    }

    @Test
    void allRowsAreProjectedAheadUnlessTheirTableWouldBeMuchLarger() {
        List<String> projected = new ArrayList<>();
        RelativePositions.Projection projection = (first, rows, to) -> projected.add(rows + " rows");
        new RelativePositions(projection, config(0, 256), Direction.UP, Kernels.get()).complete();
        RelativePositions wide = new RelativePositions(projection, config(4, 1 << 20), Direction.UP, Kernels.get());
        wide.complete();
        assertThat(projected).containsExactly("512 rows", "7 rows");
        assertThat(wide.upTo(1).values()).hasSizeLessThan(1000);
    }

    private static RelativePositions.Projection rowsOf(float[] values, int width) {
        return (first, rows, to) -> System.arraycopy(values, first * width, to, 0, rows * width);
    }

    private static AttentionConfig config(int buckets, int maxRelativePositions) {
        return new AttentionConfig(HEADS, HEAD_SIZE, 3, true, true, maxRelativePositions, buckets, true, true, false);
    }
}
