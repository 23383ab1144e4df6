package io.github.debertastreams.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LengthBucketsTest {

    private static final LengthBuckets BUCKETS = new LengthBuckets(24, RelativeIndices::groups, 2048, 1 << 20);

    @Test
    void equalLengthsStayTogether() {
        assertThat(BUCKETS.cut(new int[] {7, 7, 7})).hasSize(1);
    }

    @Test
    void aLongTextIsNoReasonToPadShortOnes() {
        List<LengthBuckets.Bucket> buckets = BUCKETS.cut(new int[] {8, 300, 9, 8});
        assertThat(buckets).hasSize(2);
        assertThat(buckets.get(0).rows()).containsExactlyInAnyOrder(0, 2, 3);
        assertThat(buckets.get(0).length()).isEqualTo(9);
        assertThat(buckets.get(1).rows()).containsExactly(1);
    }

    @Test
    void everyRowIsInOneBucketThatHoldsIt() {
        int[] lengths = new Random(7).ints(200, 1, 512).toArray();
        int[] seen = new int[lengths.length];
        long padded = 0;
        for (LengthBuckets.Bucket bucket : BUCKETS.cut(lengths)) {
            for (int row : bucket.rows()) {
                seen[row]++;
                assertThat(lengths[row]).isLessThanOrEqualTo(bucket.length());
            }
            padded += (long) bucket.rows().length * bucket.length();
            assertThat((long) bucket.rows().length * bucket.length() * bucket.length())
                    .isLessThanOrEqualTo(1 << 20);
        }
        assertThat(seen).containsOnly(1);
        long real = Arrays.stream(lengths).asLongStream().sum();
        assertThat(padded).isLessThan(real * 110 / 100);
    }

    @Test
    void lengthsArePaddedToAMultiple() {
        List<LengthBuckets.Bucket> buckets =
                new LengthBuckets(4096, length -> 16, 2048, 1 << 20).cut(new int[] {1, 17, 30});
        assertThat(buckets).hasSize(1);
        assertThat(buckets.get(0).length()).isEqualTo(32);
    }

    @Test
    void longTextsArePaddedToEvenGroups() {
        assertThat(BUCKETS.cut(new int[] {127}).get(0).length()).isEqualTo(127);
        assertThat(BUCKETS.cut(new int[] {129}).get(0).length()).isEqualTo(130);
        assertThat(BUCKETS.cut(new int[] {257}).get(0).length()).isEqualTo(260);
    }

    @Test
    void manyTokensAreCutAndOneTextIsNot() {
        int[] lengths = new int[20];
        Arrays.fill(lengths, 128);
        assertThat(BUCKETS.cut(lengths)).hasSize(2).allMatch(bucket -> bucket.rows().length <= 16);
        assertThat(new LengthBuckets(24, RelativeIndices::groups, 100, 1 << 20).cut(new int[] {128}))
                .hasSize(1);
    }

    @Test
    void onACpuTheGraphSaysWhatIsPaddedAndEachThreadHasItsTokens() {
        OnnxOptions options = new OnnxOptions(OnnxOptions.Device.CPU, 2, Precision.FP32, 0);
        LengthBuckets ready = LengthBuckets.on(options, 12, length -> 1);
        assertThat(ready.cut(new int[] {257}).get(0).length()).isEqualTo(257);
        int[] lengths = new int[20];
        Arrays.fill(lengths, 128);
        assertThat(ready.cut(lengths)).hasSize(3).allMatch(bucket -> bucket.rows().length <= 8);
    }

    @Test
    void nothingGivesNothing() {
        assertThat(BUCKETS.cut(new int[0])).isEmpty();
    }
}
