package io.github.debertastreams.model.token;

/**
 * Cuts the text between added tokens into words, and words into tokens. Safe for use by many threads.
 *
 * <p>A token's <em>position</em> is where it lies in the form in which the model reads the segment, such as its UTF-8 or its normalized
 * text. Positions cost nothing to record. Of plain text they are the tokens' UTF-16 spans in the original; otherwise what they mean there
 * is worked out by {@link #align}, if anyone asks.
 */
interface SubwordModel {

    /**
     * Appends the tokens of {@code text[from, to)}, which is not empty and has no lone surrogates, with their positions. Positions begin
     * in ascending order.
     *
     * @param ascii whether the segment is known to be ASCII
     * @return whether the positions are spans, so that {@link #align} has nothing to do
     */
    boolean tokenize(String text, int from, int to, boolean ascii, TokenBuffer tokens);

    /**
     * Replaces the positions of the tokens {@code [firstToken, endToken)} of a segment by their UTF-16 spans within {@code text}, and
     * numbers their words, if the alignment has words; a word without tokens counts too.
     */
    void align(String text, int from, int to, int firstToken, int endToken, Alignment alignment);

    /** Numbers the words of a segment whose positions are spans. */
    void numberWords(String text, int from, int to, int firstToken, int endToken, Alignment alignment);
}
