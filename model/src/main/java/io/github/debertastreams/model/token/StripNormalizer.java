package io.github.debertastreams.model.token;

/** Takes the white space (Unicode's White_Space) off the ends. Source: HF {@code Strip}. */
record StripNormalizer(boolean left, boolean right) implements Normalizer {

    @Override
    public void normalize(NormalizedText text) {
        byte[] bytes = text.bytes;
        while (right && text.to > text.from) {
            int last = text.to - 1;
            while (Utf8.isContinuation(bytes[last])) {
                last--;
            }
            if (!CodePointClasses.isSpace(Utf8.codePoint(bytes, last))) {
                break;
            }
            text.to = last;
        }
        while (left && text.from < text.to && CodePointClasses.isSpace(Utf8.codePoint(bytes, text.from))) {
            text.from += Utf8.length(bytes[text.from]);
        }
    }
}
