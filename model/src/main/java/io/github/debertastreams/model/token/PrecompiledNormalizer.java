package io.github.debertastreams.model.token;

/**
 * SentencePiece's own normalization as HF tokenizers apply it: a grapheme of less than 6 bytes is replaced as a whole if a prefix of it
 * has an entry in the map; in any other, each character by itself. Source: HF {@code Precompiled}.
 */
final class PrecompiledNormalizer implements Normalizer {

    private static final int BLOCK_BITS = 6;

    private final Charsmap charsmap;
    /** A bit for each code point that has no entry and begins a grapheme: text of those alone stays as it is. */
    private final long[] plain = new long[(Character.MAX_CODE_POINT + 1) >> BLOCK_BITS];
    /** The same for ASCII. */
    private final boolean[] plainAscii = new boolean[128];

    PrecompiledNormalizer(Charsmap charsmap) {
        this.charsmap = charsmap;
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (charsmap.find(codePoint) < 0 && GraphemeBreaks.standsAlone(codePoint)) {
                plain[codePoint >> BLOCK_BITS] |= 1L << codePoint;
                if (codePoint < plainAscii.length) {
                    plainAscii[codePoint] = true;
                }
            }
        }
    }

    @Override
    public void normalize(NormalizedText text) {
        int to = text.to;
        int at = plainEnd(text.bytes, text.from, to);
        if (at == to) {
            return;
        }
        byte[] bytes = text.bytes;
        text.begin();
        int kept = text.from;
        while (at < to) {
            int start = graphemeStart(bytes, kept, at, to);
            int end = GraphemeBreaks.end(bytes, start, to);
            text.keep(kept, start);
            replaceGrapheme(text, bytes, start, end);
            kept = end;
            at = plainEnd(bytes, end, to);
        }
        text.keep(kept, to);
        text.endTransformation();
    }

    /** The first character from here on that is not plain. */
    private int plainEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            byte value = bytes[at];
            if (value >= 0) {
                if (!plainAscii[value]) {
                    return at;
                }
                at++;
            } else {
                int codePoint = Utf8.codePoint(bytes, at);
                if ((plain[codePoint >> BLOCK_BITS] & (1L << codePoint)) == 0) {
                    return at;
                }
                at += Utf8.length(value);
            }
        }
        return to;
    }

    /** Where the grapheme of a character begins that plain ones, from {@code from} on, stand before. */
    private static int graphemeStart(byte[] bytes, int from, int at, int to) {
        if (at == from || !GraphemeBreaks.mayFollow(Utf8.codePoint(bytes, at))) {
            return at;
        }
        int previous = at - 1;
        while (Utf8.isContinuation(bytes[previous])) {
            previous--;
        }
        return GraphemeBreaks.end(bytes, previous, to) > at ? previous : at;
    }

    private void replaceGrapheme(NormalizedText text, byte[] bytes, int start, int end) {
        if (end - start <= Charsmap.LONGEST_KEY) {
            int entry = charsmap.find(bytes, start, end);
            if (entry >= 0) {
                replace(text, characters(bytes, start, end), entry);
                return;
            }
        }
        for (int at = start; at < end; ) {
            int next = at + Utf8.length(bytes[at]);
            int entry = charsmap.find(Utf8.codePoint(bytes, at));
            if (entry >= 0) {
                replace(text, 1, entry);
            } else {
                text.keep(at, next);
            }
            at = next;
        }
    }

    private void replace(NormalizedText text, int characters, int entry) {
        text.replace(characters, charsmap.texts(), entry, charsmap.textEnd(entry));
    }

    private static int characters(byte[] bytes, int start, int end) {
        int characters = 0;
        for (int at = start; at < end; at += Utf8.length(bytes[at])) {
            characters++;
        }
        return characters;
    }
}
