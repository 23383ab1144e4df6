package io.github.debertastreams.model.token;

/** Puts a text in the place of every match, leftmost first; it is aligned to the last character of the match. Source: HF {@code Replace}. */
record ReplaceNormalizer(TextPattern pattern, byte[] content) implements Normalizer {

    private static final TextPattern SPACES = TextPattern.run((byte) ' ', 2);

    /** Whether two spaces and more become one. */
    boolean collapsesSpaces() {
        return pattern.equals(SPACES) && content.length == 1 && content[0] == ' ';
    }

    @Override
    public void normalize(NormalizedText text) {
        byte[] bytes = text.bytes;
        int start = pattern.find(bytes, text.from, text.to);
        if (start == text.to) {
            return;
        }
        text.begin();
        int kept = text.from;
        while (start < text.to) {
            int end = pattern.matchEnd(bytes, start, text.to);
            text.copy(kept, start);
            text.insert(content, end - 1);
            kept = end;
            start = pattern.find(bytes, end, text.to);
        }
        text.copy(kept, text.to);
        text.endReplacement();
    }
}
