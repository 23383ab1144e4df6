package io.github.debertastreams.model.token;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The added tokens that are searched in normalized text, spelled as it is. */
final class NormalizedTokens {

    private final AddedTokenMatcher matcher;
    /** In UTF-8. */
    private final List<byte[]> contents;

    /** Whether a byte begins one of the tokens. */
    private final boolean[] beginsToken = new boolean[256];

    NormalizedTokens(List<AddedToken> tokens) {
        this.matcher = new AddedTokenMatcher(tokens);
        this.contents = tokens.stream()
                .map(token -> token.content().getBytes(StandardCharsets.UTF_8))
                .toList();
        byte[] letter = new byte[4];
        for (AddedToken token : tokens) {
            Utf8.encode(token.content().codePointAt(0), letter);
            beginsToken[letter[0] & 0xFF] = true;
        }
    }

    /** Cuts the whole text, which has no pieces yet. */
    void split(NormalizedText text) {
        text.beginPieces();
        if (contains(text.bytes, text.from, text.to)) {
            match(text);
        } else {
            text.addPiece(text.from, text.to, NormalizedText.NO_TOKEN);
        }
        text.endPieces();
    }

    /** Whether the content of one of the tokens stands in {@code bytes[from, to)}. */
    boolean contains(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (beginsToken[bytes[at] & 0xFF] && startsAt(bytes, at, to)) {
                return true;
            }
        }
        return false;
    }

    private boolean startsAt(byte[] bytes, int at, int to) {
        for (byte[] content : contents) {
            int end = at + content.length;
            if (end <= to && Arrays.equals(bytes, at, end, content, 0, content.length)) {
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
