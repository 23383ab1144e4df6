package io.github.debertastreams.model.token;

/**
 * Cuts pieces at the matches of a pattern. Source: HF {@code Split}, {@code Punctuation}, {@code WhitespaceSplit} and
 * {@code NormalizedString::split}.
 *
 * @param inverted what matches and what stands between change places
 */
record SplitPreTokenizer(TextPattern pattern, Behavior behavior, boolean inverted) implements PreTokenizer {

    /** What becomes of a match. */
    enum Behavior {
        REMOVED,
        /** A piece of its own. */
        ISOLATED,
        MERGED_WITH_PREVIOUS,
        MERGED_WITH_NEXT,
        /** A piece together with the matches that touch it. */
        CONTIGUOUS
    }

    @Override
    public void split(NormalizedText text) {
        text.beginPieces();
        for (int piece = 0; piece < text.pieces(); piece++) {
            if (text.pieceToken(piece) == NormalizedText.NO_TOKEN) {
                split(text, text.pieceFrom(piece), text.pieceTo(piece));
            } else {
                text.addPiece(text.pieceFrom(piece), text.pieceTo(piece), text.pieceToken(piece));
            }
        }
        text.endPieces();
    }

    /** Goes over matches and what stands between them; {@code open} is where the piece begins that may still grow. */
    private void split(NormalizedText text, int from, int to) {
        int open = from;
        boolean openMatches = false;
        boolean afterMatch = false;
        for (int at = from; at < to; ) {
            int start = pattern.find(text.bytes, at, to);
            int end = start > at ? start : pattern.matchEnd(text.bytes, at, to);
            boolean matches = start == at != inverted;
            boolean joins = at > from && joins(afterMatch, matches);
            if (!joins) {
                add(text, open, at, openMatches);
                open = at;
                openMatches = matches;
            }
            afterMatch = matches;
            at = end;
        }
        add(text, open, to, openMatches);
    }

    private boolean joins(boolean afterMatch, boolean matches) {
        return switch (behavior) {
            case REMOVED, ISOLATED -> false;
            case MERGED_WITH_PREVIOUS -> matches && !afterMatch;
            case MERGED_WITH_NEXT -> !matches && afterMatch;
            case CONTIGUOUS -> matches == afterMatch;
        };
    }

    private void add(NormalizedText text, int start, int end, boolean matches) {
        if (!matches || behavior != Behavior.REMOVED) {
            text.addPiece(start, end, NormalizedText.NO_TOKEN);
        }
    }
}
