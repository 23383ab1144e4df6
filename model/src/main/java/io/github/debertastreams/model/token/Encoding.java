package io.github.debertastreams.model.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one text or pair of texts. T is the number of tokens, special ones and padding included.
 *
 * <p>Ids are there from the start. Everything else is worked out when it is first asked for and then kept: an encoding that nobody asks
 * for offsets holds the text and the tokens' positions, nothing more. Arrays are owned by the encoding; nobody changes them. Threads
 * may share one.
 */
public final class Encoding {

    /** The texts that tokens come from; all windows of an {@code encode} share one. */
    record Texts(
            @Nullable TokenizedText first,
            @Nullable TokenizedText second,
            @Nullable OffsetTrimmer trimmer) {

        @Nullable
        TokenizedText of(Stretch stretch) {
            return !stretch.isOfText() ? null : stretch.sequence() == 0 ? first : second;
        }
    }

    private static final Texts NO_TEXTS = new Texts(null, null, null);

    private final int[] inputIds;
    /** They tile the tokens. */
    private final Stretch[] stretches;

    private final Texts texts;
    private final List<Encoding> overflowing;

    private volatile int @Nullable [] tokenTypeIds;
    private volatile int @Nullable [] specialTokensMask;
    private volatile int @Nullable [] attentionMask;
    private volatile int @Nullable [] sequenceIds;
    private volatile int @Nullable [] charOffsets;
    private volatile int @Nullable [] wordIds;

    Encoding(int[] inputIds, Stretch[] stretches, Texts texts, List<Encoding> overflowing) {
        this.inputIds = inputIds;
        this.stretches = stretches;
        this.texts = texts;
        this.overflowing = overflowing;
    }

    /** One whole text, whose offsets are known. */
    Encoding(int[] inputIds, Stretch[] stretches, Texts texts, int[] charOffsets) {
        this(inputIds, stretches, texts, List.of());
        this.charOffsets = charOffsets;
    }

    /** An encoding of bare ids: one sequence, each token its own word, no offsets. For models without a tokenizer, and for tests. */
    public static Encoding ofIds(int... inputIds) {
        Stretch[] stretches = {new Stretch(inputIds.length, 0, 0, 0)};
        return new Encoding(inputIds, stretches, NO_TEXTS, List.of());
    }

    /** Tokens, special ones and padding included: T. */
    public int length() {
        return inputIds.length;
    }

    /** Token ids {@code [T]}. */
    public int[] inputIds() {
        return inputIds;
    }

    /** 0 for the first text and its special tokens, 1 for the second, 0 for padding {@code [T]}. */
    public int[] tokenTypeIds() {
        int[] known = tokenTypeIds;
        if (known == null) {
            known = new int[length()];
            int at = 0;
            for (Stretch stretch : stretches) {
                Arrays.fill(known, at, at += stretch.length(), stretch.typeId());
            }
            tokenTypeIds = known;
        }
        return known;
    }

    /** 1 for tokens that the post-processor added, and for padding {@code [T]}; a special token typed in the text has 0. */
    public int[] specialTokensMask() {
        int[] known = specialTokensMask;
        if (known == null) {
            known = new int[length()];
            int at = 0;
            for (Stretch stretch : stretches) {
                Arrays.fill(known, at, at += stretch.length(), stretch.isOfText() ? 0 : 1);
            }
            specialTokensMask = known;
        }
        return known;
    }

    /** 1 for tokens, 0 for padding {@code [T]}. */
    public int[] attentionMask() {
        int[] known = attentionMask;
        if (known == null) {
            known = new int[length()];
            int at = 0;
            for (Stretch stretch : stretches) {
                Arrays.fill(known, at, at += stretch.length(), stretch.sequence() == Stretch.PADDING ? 0 : 1);
            }
            attentionMask = known;
        }
        return known;
    }

    /** 0 for tokens of the first text, 1 for the second, -1 for added special tokens and padding {@code [T]}. */
    public int[] sequenceIds() {
        int[] known = sequenceIds;
        if (known == null) {
            known = new int[length()];
            int at = 0;
            for (Stretch stretch : stretches) {
                Arrays.fill(known, at, at += stretch.length(), stretch.isOfText() ? stretch.sequence() : -1);
            }
            sequenceIds = known;
        }
        return known;
    }

    /**
     * {@code [T, 2]}, flat: start and end (exclusive) of each token as UTF-16 indices into its own text; -1, -1 for added special
     * tokens and padding.
     */
    public int[] charOffsets() {
        int[] known = charOffsets;
        if (known == null) {
            known = new int[2 * length()];
            int at = 0;
            for (Stretch stretch : stretches) {
                @Nullable TokenizedText text = texts.of(stretch);
                if (text == null) {
                    Arrays.fill(known, 2 * at, 2 * (at + stretch.length()), -1);
                } else {
                    copyOffsets(text, stretch, known, at);
                }
                at += stretch.length();
            }
            charOffsets = known;
        }
        return known;
    }

    private void copyOffsets(TokenizedText text, Stretch stretch, int[] offsets, int at) {
        int first = stretch.firstToken();
        text.spans().copySpans(first, first + stretch.length(), offsets, at);
        OffsetTrimmer trimmer = texts.trimmer();
        if (trimmer != null) {
            for (int token = at; token < at + stretch.length(); token++) {
                trimmer.trim(text.text(), inputIds[token], token == at, offsets, 2 * token);
            }
        }
    }

    /** Index of each token's word {@code [T]}, counted from 0 in each text; -1 for added special tokens and padding. */
    public int[] wordIds() {
        int[] known = wordIds;
        if (known == null) {
            known = new int[length()];
            int at = 0;
            for (Stretch stretch : stretches) {
                @Nullable TokenizedText text = texts.of(stretch);
                int first = stretch.firstToken();
                for (int token = 0; token < stretch.length(); token++) {
                    known[at + token] = stretch.isOfText() ? first + token : -1;
                }
                if (text != null) {
                    text.words().copyWords(first, first + stretch.length(), known, at);
                }
                at += stretch.length();
            }
            wordIds = known;
        }
        return known;
    }

    /** The windows that truncation cut off, in Hugging Face's order; empty where nothing was cut. */
    public List<Encoding> overflowing() {
        return overflowing;
    }

    /** Whether truncation cut something off. */
    public boolean truncated() {
        return !overflowing.isEmpty();
    }

    /** This encoding and its overflowing windows, each filled up to a length. Source: HF {@code Encoding::pad}. */
    Encoding padded(int toLength, int padId, Side side) {
        List<Encoding> windows = overflowing.stream()
                .map(window -> window.padded(toLength, padId, side))
                .toList();
        int missing = Math.max(0, toLength - length());
        if (missing == 0 && windows.isEmpty()) {
            return this;
        }
        int[] ids = new int[length() + missing];
        Arrays.fill(ids, padId);
        System.arraycopy(inputIds, 0, ids, side == Side.LEFT ? missing : 0, length());
        List<Stretch> longer = new ArrayList<>(Arrays.asList(stretches));
        longer.add(side == Side.LEFT ? 0 : stretches.length, Stretch.padding(missing));
        return new Encoding(ids, longer.toArray(Stretch[]::new), texts, windows);
    }
}
