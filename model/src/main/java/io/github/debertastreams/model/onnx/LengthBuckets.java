package io.github.debertastreams.model.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Cuts a batch into rectangles so that the work on them, padding and the start of each run included, is least.
 *
 * @param runCost what a run costs however little it computes, in tokens
 * @param multiple a length is padded to a multiple of what this gives for it
 * @param mostTokens most tokens of several texts in one rectangle: what a layer computes is to stay in cache
 * @param mostPairs most pairs of tokens of several texts in one rectangle: they take memory
 */
record LengthBuckets(int runCost, IntUnaryOperator multiple, long mostTokens, long mostPairs) {

    /** A token of a sequence of this length costs twice as much as one alone, for attention's sake. */
    private static final double DOUBLING_LENGTH = 1000;

    /**
     * On a CPU a run costs as much as two dozen tokens before it computes any, and more than some hundred tokens a thread wait for
     * memory. A GPU wants whole tiles and fewer, larger runs. Scores take 4 bytes a pair and head, several times.
     *
     * @param multiple what the graph wants on a CPU
     */
    static LengthBuckets on(OnnxOptions options, int numHeads, IntUnaryOperator multiple) {
        return options.device() == OnnxOptions.Device.CPU
                ? new LengthBuckets(24, multiple, 512L * options.threads(), (1 << 25) / numHeads)
                : new LengthBuckets(2048, length -> 16, Long.MAX_VALUE, (1 << 28) / numHeads);
    }

    /** Some rows of a batch, and the length that all are padded to. */
    record Bucket(int[] rows, int length) {}

    /** @param lengths of the batch's rows, at least 1 each */
    List<Bucket> cut(int[] lengths) {
        Integer[] rows = new Integer[lengths.length];
        Arrays.setAll(rows, row -> row);
        Arrays.sort(rows, Comparator.comparingInt(row -> lengths[row]));
        int[] starts = cheapestStarts(rows, lengths);
        List<Bucket> buckets = new ArrayList<>();
        for (int end = rows.length; end > 0; end = starts[end]) {
            int[] members = new int[end - starts[end]];
            for (int i = 0; i < members.length; i++) {
                members[i] = rows[starts[end] + i];
            }
            buckets.add(new Bucket(members, padded(lengths[rows[end - 1]])));
        }
        Collections.reverse(buckets);
        return buckets;
    }

    /** For each number of shortest rows, where the last bucket of their cheapest cut begins. */
    private int[] cheapestStarts(Integer[] rows, int[] lengths) {
        double[] least = new double[rows.length + 1];
        int[] starts = new int[rows.length + 1];
        for (int end = 1; end <= rows.length; end++) {
            long length = padded(lengths[rows[end - 1]]);
            least[end] = Double.POSITIVE_INFINITY;
            for (int start = end - 1; start >= 0; start--) {
                long count = end - start;
                if (count > 1 && (count * length > mostTokens || count * length * length > mostPairs)) {
                    break;
                }
                double cost = least[start] + runCost + count * length * (1 + length / DOUBLING_LENGTH);
                if (cost < least[end]) {
                    least[end] = cost;
                    starts[end] = start;
                }
            }
        }
        return starts;
    }

    private int padded(int length) {
        int step = multiple.applyAsInt(length);
        return Math.multiplyExact((length + step - 1) / step, step);
    }
}
