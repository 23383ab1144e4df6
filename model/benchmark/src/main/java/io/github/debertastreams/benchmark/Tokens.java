package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.token.Encoding;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that an encoding says, from us or from the peer, to be compared. Offsets are UTF-16 indices, flat; -1 where there is none. */
record Tokens(
        int[] ids, int[] types, int[] special, int[] words, int[] sequences, int[] offsets, List<Tokens> overflowing) {

    static Tokens of(Encoding encoding) {
        return new Tokens(
                encoding.inputIds(),
                encoding.tokenTypeIds(),
                encoding.specialTokensMask(),
                encoding.wordIds(),
                encoding.sequenceIds(),
                encoding.charOffsets(),
                encoding.overflowing().stream().map(Tokens::of).toList());
    }

    /** What differs first, or null where all is equal. */
    @Nullable
    String difference(Tokens other) {
        String[] names = {"ids", "types", "special tokens", "words", "sequences", "offsets"};
        int[][] mine = {ids, types, special, words, sequences, offsets};
        int[][] others = {other.ids, other.types, other.special, other.words, other.sequences, other.offsets};
        for (int field = 0; field < names.length; field++) {
            if (!Arrays.equals(mine[field], others[field])) {
                return names[field] + " " + Arrays.toString(mine[field]) + ", the peer has "
                        + Arrays.toString(others[field]);
            }
        }
        if (overflowing.size() != other.overflowing.size()) {
            return overflowing.size() + " overflowing windows, the peer has " + other.overflowing.size();
        }
        for (int window = 0; window < overflowing.size(); window++) {
            @Nullable String inWindow = overflowing.get(window).difference(other.overflowing.get(window));
            if (inWindow != null) {
                return "window " + window + ": " + inWindow;
            }
        }
        return null;
    }
}
