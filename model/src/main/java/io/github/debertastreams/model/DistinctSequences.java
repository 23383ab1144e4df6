package io.github.debertastreams.model;

import io.github.debertastreams.model.token.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sequences of a batch without repetitions: what a model says depends on ids and token types alone.
 *
 * @param rows for each sequence given, the index of its equal in {@code sequences}
 */
record DistinctSequences(List<Encoding> sequences, int[] rows) {

    private record Key(int[] inputIds, int[] tokenTypeIds) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && Arrays.equals(inputIds, key.inputIds)
                    && Arrays.equals(tokenTypeIds, key.tokenTypeIds);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(inputIds) + Arrays.hashCode(tokenTypeIds);
        }
    }

    static DistinctSequences of(List<Encoding> sequences) {
        List<Encoding> distinct = new ArrayList<>(sequences.size());
        int[] rows = new int[sequences.size()];
        Map<Key, Integer> seen = new HashMap<>();
        for (int i = 0; i < rows.length; i++) {
            Encoding sequence = sequences.get(i);
            Integer row = seen.putIfAbsent(new Key(sequence.inputIds(), sequence.tokenTypeIds()), distinct.size());
            if (row == null) {
                rows[i] = distinct.size();
                distinct.add(sequence);
            } else {
                rows[i] = row;
            }
        }
        return new DistinctSequences(distinct, rows);
    }
}
