package io.github.debertastreams.model.token;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text and the positions of its tokens: what is needed to say, if asked, where each lies in the text. All windows of a text share one.
 * Safe for use by many threads: they may align at the same time, with equal results, of which one is kept.
 */
final class TokenizedText {

    private final String text;
    private final SubwordModel model;
    /** {@code [n, 2]}, flat, from the token {@code firstPosition} on. */
    private final int[] positions;

    private final int firstPosition;
    private final int length;
    private final boolean allAligned;

    private final List<Segment> segments;

    private volatile @Nullable Alignment alignment;

    TokenizedText(String text, SubwordModel model, TokenBuffer tokens) {
        this(text, model, tokens, tokens.positions(0, 0), 0);
    }

    /**
     * With the positions of the buffer's tokens in an array of others.
     *
     * @param positions not changed by anyone
     * @param firstPosition the place of the first token among those of the array
     */
    TokenizedText(String text, SubwordModel model, TokenBuffer tokens, int[] positions, int firstPosition) {
        this.text = text;
        this.model = model;
        this.positions = positions;
        this.firstPosition = firstPosition;
        this.length = tokens.size();
        this.allAligned = tokens.aligned();
        this.segments = tokens.segments();
    }

    String text() {
        return text;
    }

    /** The spans of all tokens. */
    Alignment spans() {
        Alignment known = alignment;
        return known == null ? align(false) : known;
    }

    /** The words of all tokens, and their spans. */
    Alignment words() {
        Alignment known = alignment;
        return known == null || !known.withWords() ? align(true) : known;
    }

    private Alignment align(boolean withWords) {
        int[] spans = allAligned && firstPosition == 0
                ? positions
                : Arrays.copyOfRange(positions, 2 * firstPosition, 2 * (firstPosition + length));
        Alignment aligned = new Alignment(spans, withWords);
        for (int number = 0; number < segments.size(); number++) {
            Segment segment = segments.get(number);
            int first = segment.firstToken();
            int end = number + 1 < segments.size() ? segments.get(number + 1).firstToken() : length;
            align(segment, first, end, aligned);
        }
        alignment = aligned;
        return aligned;
    }

    private void align(Segment segment, int first, int end, Alignment aligned) {
        if (!segment.aligned()) {
            model.align(text, segment.from(), segment.to(), first, end, aligned);
        } else if (aligned.withWords() && segment.added()) {
            aligned.addWord(first);
        } else if (aligned.withWords()) {
            model.numberWords(text, segment.from(), segment.to(), first, end, aligned);
        }
    }
}
