package io.github.debertastreams.model.token;

/**
 * The characters that HF's Punctuation cuts at: punctuation of Unicode 8, on which that library's table stands, and ASCII's symbols.
 *
 * <p>The table {@code punctuation.tsv} is what the Python package {@code tokenizers} does with every code point; its first line tells
 * the script.
 */
final class Punctuation {

    private static final CodePointTable TABLE = CodePointTable.read("punctuation.tsv", name -> 1);

    private Punctuation() {}

    static boolean contains(int codePoint) {
        return TABLE.get(codePoint) != 0;
    }
}
