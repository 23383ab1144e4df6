package io.github.debertastreams.model.token;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text and the positions of its tokens: what is needed to say, if asked, where each lies in the text. All windows of a text share one.
 * Safe for use by many threads: they may align at the same time, with equal results, of which one is kept.
 */
final class TokenizedText {

    private final String text;
    private final SubwordModel model;
    /** {@code [n, 2]}, flat. */
    private final int[] positions;

    private final List<Segment> segments;

    private volatile @Nullable Alignment alignment;

    TokenizedText(String text, SubwordModel model, TokenBuffer tokens) {
        this.text = text;
        this.model = model;
        this.positions = tokens.positions();
        this.segments = tokens.segments();
    }

    String text() {
        return text;
    }

    /** The spans of all tokens. */
    Alignment spans() {
        Alignment known = alignment;
        return known == null ? align(!model.wordsCostExtra()) : known;
    }

    /** The words of all tokens, and their spans. */
    Alignment words() {
        Alignment known = alignment;
        return known == null || !known.withWords() ? align(true) : known;
    }

    private Alignment align(boolean withWords) {
        Alignment aligned = new Alignment(positions, withWords);
        for (int number = 0; number < segments.size(); number++) {
            Segment segment = segments.get(number);
            int first = segment.firstToken();
            int end = number + 1 < segments.size() ? segments.get(number + 1).firstToken() : positions.length / 2;
            if (segment.added()) {
                aligned.setAdded(first, segment.from(), segment.to());
            } else {
                model.align(text, segment.from(), segment.to(), first, end, aligned);
            }
        }
        alignment = aligned;
        return aligned;
    }
}
