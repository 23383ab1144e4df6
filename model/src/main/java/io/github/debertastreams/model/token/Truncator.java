package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which tokens stay and which windows overflow; the first window of a text is the one that stays.
 *
 * <p>Source: HF {@code truncate_encodings} and {@code Encoding::truncate}. Where HF's assertion on the stride would
 * end the process, this is an error.
 */
final class Truncator {

    /** The windows of both texts; those of an absent second text are empty. */
    record Cut(List<Window> first, List<Window> second) {}

    /** How neighbouring windows lie. */
    private record Overlap(int stride, Side side) {}

    private Truncator() {}

    /**
     * Cuts a text of {@code firstLength} tokens and perhaps another.
     *
     * @param side the end that is cut off; the windows run from the other one
     * @param secondLength -1 without a second text
     * @param specialTokens what the post-processor will add
     */
    static Cut cut(EncodeOptions options, Side side, int firstLength, int secondLength, int specialTokens) {
        Overlap overlap = new Overlap(options.stride(), side);
        boolean pair = secondLength >= 0;
        int total = firstLength + Math.max(0, secondLength);
        if (options.truncation() == Truncation.NONE) {
            return cutTo(firstLength, secondLength, firstLength, secondLength, overlap);
        }
        int budget = options.maxLength() - specialTokens;
        if (budget < 0) {
            throw ModelException.invalidInput("max length " + options.maxLength() + " is less than the " + specialTokens
                    + " special tokens that are added");
        }
        if (budget == 0) {
            return cutTo(firstLength, secondLength, 0, 0, overlap);
        }
        int excess = total - budget;
        if (excess <= 0) {
            return cutTo(firstLength, secondLength, firstLength, secondLength, overlap);
        }
        return switch (options.truncation()) {
            case ONLY_FIRST ->
                cutTo(firstLength, secondLength, remaining("first", firstLength, excess), secondLength, overlap);
            case ONLY_SECOND -> {
                if (!pair) {
                    throw ModelException.invalidInput("truncation of the second text only, but there is none, and the"
                            + " first exceeds the max length by " + excess + " tokens");
                }
                yield cutTo(firstLength, secondLength, firstLength, remaining("second", secondLength, excess), overlap);
            }
            default ->
                pair
                        ? cutLongestFirst(firstLength, secondLength, budget, overlap)
                        : cutTo(firstLength, secondLength, budget, secondLength, overlap);
        };
    }

    private static int remaining(String which, int length, int excess) {
        if (length <= excess) {
            throw ModelException.invalidInput("truncation of the " + which + " text only would leave nothing of its "
                    + length + " tokens: " + excess + " must go");
        }
        return length - excess;
    }

    private static Cut cutLongestFirst(int firstLength, int secondLength, int budget, Overlap overlap) {
        int shorter = Math.min(firstLength, secondLength);
        int longer = shorter > budget ? shorter : Math.max(shorter, budget - shorter);
        if (shorter + longer > budget) {
            shorter = budget / 2;
            longer = shorter + budget % 2;
        }
        return firstLength > secondLength
                ? cutTo(firstLength, secondLength, longer, shorter, overlap)
                : cutTo(firstLength, secondLength, shorter, longer, overlap);
    }

    private static Cut cutTo(int firstLength, int secondLength, int firstTarget, int secondTarget, Overlap overlap) {
        return new Cut(
                windows(firstLength, firstTarget, overlap),
                secondLength < 0 ? List.of() : windows(secondLength, secondTarget, overlap));
    }

    private static List<Window> windows(int length, int target, Overlap overlap) {
        if (target >= length) {
            return List.of(new Window(0, length));
        }
        if (target == 0) {
            return List.of(new Window(0, 0), new Window(0, length));
        }
        int stride = overlap.stride();
        if (stride >= target) {
            throw ModelException.invalidInput("stride " + stride + " must be less than the " + target
                    + " tokens of the text that a window holds");
        }
        List<Window> windows = new ArrayList<>();
        int covered = 0;
        for (int from = 0; covered < length; from += target - stride) {
            covered = Math.min(from + target, length);
            windows.add(
                    overlap.side() == Side.RIGHT
                            ? new Window(from, covered)
                            : new Window(length - covered, length - from));
        }
        return windows;
    }
}
