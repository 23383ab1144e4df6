package io.github.debertastreams.model.token;

/** Cuts the text between added tokens into words, and words into tokens. Safe for use by many threads. */
interface SubwordModel {

    /**
     * Appends the tokens of {@code text[from, to)}, which is not empty and has no lone surrogates, with UTF-16 spans within
     * {@code text}; every word ends with {@link TokenBuffer#endWord}.
     */
    void tokenize(String text, int from, int to, TokenBuffer tokens);
}
