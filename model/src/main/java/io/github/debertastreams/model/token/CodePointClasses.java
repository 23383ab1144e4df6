package io.github.debertastreams.model.token;

/**
 * Letters, numbers, white space and word characters of Unicode 16, as the regular expressions of HF tokenizers see them.
 *
 * <p>A table of our own, because {@link Character} follows the Unicode version of the running JDK: 17 knows 9,787 letters fewer.
 * Made by {@code CodePointClassesGenerator} in the test sources.
 */
final class CodePointClasses {

    static final int OTHER = 0;
    /** {@code \p{L}} */
    static final int LETTER = 1;
    /** {@code \p{N}} */
    static final int NUMBER = 2;
    /** {@code \s}: White_Space */
    static final int SPACE = 3;

    private static final int CLASS_MASK = 3;
    private static final int WORD = 4;

    private static final CodePointTable TABLE = CodePointTable.read("code-point-classes.tsv", CodePointClasses::parse);

    private CodePointClasses() {}

    /** The class of a code point: one of the four constants. */
    static int of(int codePoint) {
        return TABLE.get(codePoint) & CLASS_MASK;
    }

    static boolean isSpace(int codePoint) {
        return of(codePoint) == SPACE;
    }

    /** {@code \w}: Alphabetic, Mark, Decimal_Number, Connector_Punctuation, Join_Control. */
    static boolean isWord(int codePoint) {
        return (TABLE.get(codePoint) & WORD) != 0;
    }

    private static int parse(String name) {
        return "OLNS".indexOf(name.charAt(0)) | (name.endsWith("+") ? WORD : 0);
    }
}
