package io.github.debertastreams.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionConfigTest {

    private static final Path TABLES =
            Path.of(System.getProperty("golden.dir", "../../shared/golden"), "model", "bucket_tables.safetensors");

    /** Buckets and rows of Hugging Face's {@code make_log_bucket_position}. */
    @ParameterizedTest
    @CsvSource({
        "256, 512, -2000, -381, 0",
        "256, 512, -512, -256, 0",
        "256, 512, -511, -255, 1",
        "256, 512, -300, -207, 49",
        "256, 512, -128, -128, 128",
        "256, 512, 0, 0, 256",
        "256, 512, 128, 128, 384",
        "256, 512, 130, 130, 386",
        "256, 512, 200, 169, 425",
        "256, 512, 511, 255, 511",
        "256, 512, 512, 256, 511",
        "256, 512, 600, 270, 511",
        "16, 64, -129, -18, 0",
        "16, 64, -9, -9, 7",
        "16, 64, 8, 8, 24",
        "16, 64, 10, 9, 25",
        "16, 64, 63, 15, 31",
        "16, 24, 23, 15, 31",
        "16, 24, 17, 13, 29"
    })
    void distancesFallIntoTheReferencesBuckets(int buckets, int maxPosition, int distance, int bucket, int row) {
        assertThat(AttentionConfig.logBucket(distance, buckets, maxPosition)).isEqualTo(bucket);
        assertThat(config(buckets, maxPosition).relativeRow(distance)).isEqualTo(row);
    }

    @ParameterizedTest
    @CsvSource({"256, 512", "16, 24", "2, 512", "3, 512", "4, 512", "5, 131072", "0, 512"})
    void beyondTheFarthestDistanceTheRowStaysTheSame(int buckets, int maxPosition) {
        AttentionConfig config = config(buckets, maxPosition);
        int farthest = config.farthest();

        for (int distance = farthest; distance < 1 << 20; distance += 1 + distance / 3) {
            assertThat(config.relativeRow(distance)).isEqualTo(config.relativeRow(farthest));
            assertThat(config.relativeRow(-distance)).isEqualTo(config.relativeRow(-farthest));
        }
    }

    @Test
    void everyDistanceOfTheReferencesTablesHasItsBucket() {
        assumeTrue(Files.exists(TABLES), () -> "skipped: no golden data at " + TABLES);
        try (SafetensorsFile file = SafetensorsFile.open(TABLES)) {
            Set<String> tables = new TreeSet<>();
            file.names().forEach(name -> tables.add(name.substring(0, name.indexOf('/'))));
            assertThat(tables).hasSize(8);
            for (String table : tables) {
                int buckets = Integer.parseInt(table.substring(1, table.indexOf('_')));
                int maxPosition = Integer.parseInt(table.substring(table.indexOf('m') + 1));
                int[] distances = file.ints(table + "/rel");
                int[] expected = file.ints(table + "/hf");
                int[] rows = file.ints(table + "/index");
                assertThat(distances).hasSize(4001);
                for (int i = 0; i < distances.length; i++) {
                    assertThat(AttentionConfig.logBucket(distances[i], buckets, maxPosition))
                            .as("%s at %d", table, distances[i])
                            .isEqualTo(expected[i]);
                    assertThat(config(buckets, maxPosition).relativeRow(distances[i]))
                            .isEqualTo(rows[i]);
                }
            }
        }
    }

    @Test
    void withoutBucketsDistancesAreClampedToTheSpan() {
        AttentionConfig config = config(0, 8);
        assertThat(config.span()).isEqualTo(8);
        assertThat(config.relativeRow(-20)).isZero();
        assertThat(config.relativeRow(-8)).isZero();
        assertThat(config.relativeRow(-7)).isEqualTo(1);
        assertThat(config.relativeRow(7)).isEqualTo(15);
        assertThat(config.relativeRow(20)).isEqualTo(15);
    }

    @Test
    void fromTheFarthestDistanceOnAllHaveTheRowAtTheEnd() {
        assertThat(config(0, 8).farthest()).isEqualTo(8);
        assertThat(config(256, 512).farthest()).isEqualTo(512);
        AttentionConfig far = config(4, 1 << 20);
        assertThat(far.relativeRow(far.farthest())).isEqualTo(7);
        assertThat(far.relativeRow(-far.farthest())).isZero();
    }

    @Test
    void bucketsThatTheReferenceCannotComputeAreRefused() {
        assertThatThrownBy(() -> config(16, 9))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("position_buckets is 16")
                .hasMessageContaining("max_relative_positions - 1, which is 8");
        assertThatThrownBy(() -> config(1, 64)).hasMessageContaining("position_buckets is 1");
    }

    private static AttentionConfig config(int buckets, int maxRelativePositions) {
        return new AttentionConfig(4, 8, 3, true, true, maxRelativePositions, buckets, true, true, false);
    }
}
