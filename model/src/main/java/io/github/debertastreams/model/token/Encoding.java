package io.github.debertastreams.model.token;

import java.util.List;

/**
 * The tokens of one text or pair of texts. Arrays are owned by the encoding; nobody changes them.
 *
 * <p>T is the number of tokens, special ones included.
 */
public final class Encoding {

    private final int[] inputIds;
    private final int[] tokenTypeIds;
    private final int[] specialTokensMask;
    private final int[] charOffsets;
    private final int[] wordIds;
    private final int[] sequenceIds;
    private final List<Encoding> overflowing;

    Encoding(
            int[] inputIds,
            int[] tokenTypeIds,
            int[] specialTokensMask,
            int[] charOffsets,
            int[] wordIds,
            int[] sequenceIds,
            List<Encoding> overflowing) {
        this.inputIds = inputIds;
        this.tokenTypeIds = tokenTypeIds;
        this.specialTokensMask = specialTokensMask;
        this.charOffsets = charOffsets;
        this.wordIds = wordIds;
        this.sequenceIds = sequenceIds;
        this.overflowing = overflowing;
    }

    /** An encoding of bare ids: one sequence, each token its own word, no offsets. For models without a tokenizer, and for tests. */
    public static Encoding ofIds(int... inputIds) {
        int length = inputIds.length;
        int[] wordIds = new int[length];
        int[] charOffsets = new int[2 * length];
        for (int token = 0; token < length; token++) {
            wordIds[token] = token;
            charOffsets[2 * token] = -1;
            charOffsets[2 * token + 1] = -1;
        }
        return new Encoding(
                inputIds, new int[length], new int[length], charOffsets, wordIds, new int[length], List.of());
    }

    /** Tokens, special ones included: T. */
    public int length() {
        return inputIds.length;
    }

    /** Token ids {@code [T]}. */
    public int[] inputIds() {
        return inputIds;
    }

    /** 0 for the first text and its special tokens, 1 for the second {@code [T]}. */
    public int[] tokenTypeIds() {
        return tokenTypeIds;
    }

    /** 1 for tokens that the post-processor added {@code [T]}; a special token typed in the text has 0. */
    public int[] specialTokensMask() {
        return specialTokensMask;
    }

    /**
     * {@code [T, 2]}, flat: start and end (exclusive) of each token as UTF-16 indices into its own text; -1, -1 for added special
     * tokens.
     */
    public int[] charOffsets() {
        return charOffsets;
    }

    /** Index of each token's word {@code [T]}, counted from 0 in each text; -1 for added special tokens. */
    public int[] wordIds() {
        return wordIds;
    }

    /** 0 for tokens of the first text, 1 for the second, -1 for added special tokens {@code [T]}. */
    public int[] sequenceIds() {
        return sequenceIds;
    }

    /** The windows that truncation cut off, in Hugging Face's order; empty where nothing was cut. */
    public List<Encoding> overflowing() {
        return overflowing;
    }

    /** Whether truncation cut something off. */
    public boolean truncated() {
        return !overflowing.isEmpty();
    }
}
