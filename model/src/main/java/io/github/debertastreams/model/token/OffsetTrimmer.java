package io.github.debertastreams.model.token;

/**
 * Takes the white space at both ends of tokens out of their spans. Source: HF {@code byte_level::process_offsets}.
 *
 * <p>The first token of a window, and one that begins its text, keep a single leading space when a prefix space is added: it is taken
 * for that.
 */
final class OffsetTrimmer {

    private final Vocabulary vocabulary;
    private final AddedTokens addedTokens;
    private final boolean addPrefixSpace;

    OffsetTrimmer(Vocabulary vocabulary, AddedTokens addedTokens, boolean addPrefixSpace) {
        this.vocabulary = vocabulary;
        this.addedTokens = addedTokens;
        this.addPrefixSpace = addPrefixSpace;
    }

    /** Trims the span of the token {@code id} at {@code offsets[at]} and {@code offsets[at + 1]}. */
    void trim(String text, int id, boolean first, int[] offsets, int at) {
        int start = offsets[at];
        int end = offsets[at + 1];
        // An added token is spelled as it stands in the text, with the white space that it swallowed.
        String spelling = addedTokens.contains(id) ? text.substring(start, end) : vocabulary.token(id);
        int leading = 0;
        while (leading < spelling.length() && isSpace(spelling.charAt(leading))) {
            leading++;
        }
        int trailing = 0;
        while (trailing < spelling.length() && isSpace(spelling.charAt(spelling.length() - 1 - trailing))) {
            trailing++;
        }
        if (leading == 1 && addPrefixSpace && (first || start == 0)) {
            leading = 0;
        }
        offsets[at] = Math.min(start + leading, end);
        if (end >= trailing) {
            offsets[at + 1] = Math.max(end - trailing, offsets[at]);
        }
    }

    private static boolean isSpace(char letter) {
        return letter == ByteAlphabet.SPACE || CodePointClasses.isSpace(letter);
    }
}
