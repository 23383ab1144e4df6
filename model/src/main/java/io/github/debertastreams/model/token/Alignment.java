package io.github.debertastreams.model.token;

/**
 * Where the tokens of a text lie in it, and to which words they belong. Filled by one thread from front to back, then only read.
 *
 * <p>n is the number of tokens.
 */
final class Alignment {

    private final int[] spans;
    private final int[] words;
    private final boolean withWords;
    private int word;

    /**
     * Starts with positions {@code [n, 2]}, flat, which spans replace one by one where they differ.
     *
     * @param positions owned by the alignment
     * @param withWords whether words are numbered as well
     */
    Alignment(int[] positions, boolean withWords) {
        this.spans = positions;
        this.words = new int[withWords ? positions.length / 2 : 0];
        this.withWords = withWords;
    }

    /** Whether {@link #endWord} may be called, and {@link #copyWords} afterwards. */
    boolean withWords() {
        return withWords;
    }

    /** Where a token begins: its position, until {@link #setSpan} replaces it. */
    int start(int token) {
        return spans[2 * token];
    }

    /** Where a token ends, exclusive: its position, until {@link #setSpan} replaces it. */
    int end(int token) {
        return spans[2 * token + 1];
    }

    void setSpan(int token, int start, int end) {
        spans[2 * token] = start;
        spans[2 * token + 1] = end;
    }

    /**
     * Ends the current word before the position {@code wordEnd}: its tokens are those from {@code token} that begin before. Positions
     * must not have been replaced yet.
     *
     * @return the first token of the next word
     */
    int endWord(int token, int endToken, int wordEnd) {
        int at = token;
        while (at < endToken && start(at) < wordEnd) {
            words[at++] = word;
        }
        word++;
        return at;
    }

    /** An added token is a word of its own. */
    void addWord(int token) {
        words[token] = word++;
    }

    /** Copies the spans and words of the tokens {@code [from, to)} to a place of two arrays. */
    void copySpans(int from, int to, int[] offsets, int token) {
        System.arraycopy(spans, 2 * from, offsets, 2 * token, 2 * (to - from));
    }

    void copyWords(int from, int to, int[] toWords, int token) {
        System.arraycopy(words, from, toWords, token, to - from);
    }
}
