package io.github.debertastreams.model.token;

/**
 * Puts a space before each piece that has none, on request, and cuts pieces as GPT-2 does. The bytes stay bytes: {@link BytePairEncoder}
 * knows the letters that HF writes in their place. Source: HF {@code ByteLevel}.
 */
record ByteLevelPreTokenizer(ByteLevelOptions options) implements PreTokenizer {

    private static final byte[] SPACE = {' '};

    @Override
    public void split(NormalizedText text) {
        text.begin();
        text.beginPieces();
        for (int piece = 0; piece < text.pieces(); piece++) {
            int from = text.pieceFrom(piece);
            int start = text.position();
            int token = text.pieceToken(piece);
            if (token == NormalizedText.NO_TOKEN && options.addPrefixSpace() && text.bytes[from] != ' ') {
                text.insert(SPACE, from);
            }
            text.copy(from, text.pieceTo(piece));
            text.addPiece(start, text.position(), token);
        }
        text.endPieces();
        text.endReplacement();
        if (options.splitWords()) {
            splitWords(text);
        }
    }

    private static void splitWords(NormalizedText text) {
        text.beginPieces();
        for (int piece = 0; piece < text.pieces(); piece++) {
            int to = text.pieceTo(piece);
            int token = text.pieceToken(piece);
            for (int word = text.pieceFrom(piece); word < to; ) {
                int end = token == NormalizedText.NO_TOKEN ? ByteLevelScanner.wordEnd(text.bytes, word, to) : to;
                text.addPiece(word, end, token);
                word = end;
            }
        }
        text.endPieces();
    }
}
