package io.github.debertastreams.model.token;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a letter, usually ▁, for each space and perhaps one before each piece, and cuts before each of them. Source: HF
 * {@code Metaspace}.
 */
final class MetaspacePreTokenizer implements PreTokenizer {

    /** Which pieces get the letter in front if they do not begin with it. */
    enum PrependScheme {
        ALWAYS,
        /** Only the piece that begins where the text does. */
        FIRST,
        NEVER;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final byte[] letter;
    private final PrependScheme scheme;
    private final boolean cuts;

    MetaspacePreTokenizer(int letter, PrependScheme scheme, boolean cuts) {
        this.letter = Character.toString(letter).getBytes(StandardCharsets.UTF_8);
        this.scheme = scheme;
        this.cuts = cuts;
    }

    /** Whether each piece is cut into words that all have the mark in front. */
    boolean marksEveryWord() {
        return cuts && scheme == PrependScheme.ALWAYS;
    }

    /** What stands in front of words, in UTF-8. */
    byte[] mark() {
        return letter.clone();
    }

    @Override
    public boolean needsAlignments() {
        return scheme == PrependScheme.FIRST;
    }

    @Override
    public void split(NormalizedText text) {
        text.begin();
        text.beginPieces();
        for (int piece = 0; piece < text.pieces(); piece++) {
            int from = text.pieceFrom(piece);
            int to = text.pieceTo(piece);
            int start = text.position();
            if (text.pieceToken(piece) == NormalizedText.NO_TOKEN) {
                split(text, from, to);
            } else {
                text.copy(from, to);
                text.addPiece(start, text.position(), text.pieceToken(piece));
            }
        }
        text.endPieces();
        text.endReplacement();
    }

    private void split(NormalizedText text, int from, int to) {
        byte[] bytes = text.bytes;
        int word = text.position();
        if (bytes[from] != ' ' && !isLetter(bytes, from, to) && prepends(text, from)) {
            text.insert(letter, from);
        }
        int kept = from;
        for (int at = from; at < to; at++) {
            boolean space = bytes[at] == ' ';
            if (space || bytes[at] == letter[0] && isLetter(bytes, at, to)) {
                text.copy(kept, at);
                if (cuts) {
                    text.addPiece(word, text.position(), NormalizedText.NO_TOKEN);
                    word = text.position();
                }
                kept = at;
                if (space) {
                    text.insert(letter, at);
                    kept++;
                }
            }
        }
        text.copy(kept, to);
        text.addPiece(word, text.position(), NormalizedText.NO_TOKEN);
    }

    private boolean prepends(NormalizedText text, int from) {
        return scheme == PrependScheme.ALWAYS || scheme == PrependScheme.FIRST && text.start(from) == 0;
    }

    private boolean isLetter(byte[] bytes, int at, int to) {
        if (to - at < letter.length) {
            return false;
        }
        for (int next = 0; next < letter.length; next++) {
            if (bytes[at + next] != letter[next]) {
                return false;
            }
        }
        return true;
    }
}
