package io.github.debertastreams.model.token;

import java.util.List;

/** The added tokens that are searched in normalized text, spelled as it is. */
final class NormalizedTokens {

    private final AddedTokenMatcher matcher;
    /** Whether a byte begins one of the tokens: text without any such byte is passed over quickly. */
    private final boolean[] beginsToken = new boolean[256];

    NormalizedTokens(List<AddedToken> tokens) {
        this.matcher = new AddedTokenMatcher(tokens);
        byte[] letter = new byte[4];
        for (AddedToken token : tokens) {
            Utf8.encode(token.content().codePointAt(0), letter);
            beginsToken[letter[0] & 0xFF] = true;
        }
    }

    /** Cuts the whole text, which has no pieces yet. */
    void split(NormalizedText text) {
        text.beginPieces();
        if (mayContain(text)) {
            match(text);
        } else {
            text.addPiece(text.from, text.to, NormalizedText.NO_TOKEN);
        }
        text.endPieces();
    }

    private boolean mayContain(NormalizedText text) {
        for (int at = text.from; at < text.to; at++) {
            if (beginsToken[text.bytes[at] & 0xFF]) {
                return true;
            }
        }
        return false;
    }

    private void match(NormalizedText text) {
        String string = text.string(text.from, text.to);
        matcher.split(string, 0, string.length(), new AddedTokenMatcher.Parts() {
            private int at = text.from;

            @Override
            public void text(int from, int to) {
                add(from, to, NormalizedText.NO_TOKEN);
            }

            @Override
            public void added(AddedToken token, int from, int to) {
                add(from, to, token.id());
            }

            private void add(int from, int to, int token) {
                int start = at;
                for (int unit = from; unit < to; ) {
                    int length = Utf8.length(text.bytes[at]);
                    at += length;
                    unit += length == 4 ? 2 : 1;
                }
                text.addPiece(start, at, token);
            }
        });
    }
}
