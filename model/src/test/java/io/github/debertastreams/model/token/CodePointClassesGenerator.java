package io.github.debertastreams.model.token;

/**
 * Prints the table {@code code-point-classes.tsv} from the Unicode data of the running JDK, which must be Unicode 16 (JDK 24 or 25):
 *
 * <pre>
 * java model/src/test/java/io/github/debertastreams/model/token/CodePointClassesGenerator.java \
 *     &gt; model/src/main/resources/io/github/debertastreams/model/token/code-point-classes.tsv
 * </pre>
 */
final class CodePointClassesGenerator {

    private CodePointClassesGenerator() {}

    public static void main(String[] arguments) {
        // U+1C89 is a letter from Unicode 16 on; U+088F from Unicode 17 on.
        if (!Character.isLetter(0x1C89) || Character.isLetter(0x088F)) {
            throw new IllegalStateException("this JDK does not have Unicode 16: run JDK 24 or 25");
        }
        System.out.println(
                "# Unicode 16: first, last (hex, inclusive), class: L letter, N number, S white space, O other;"
                        + " + is a word character. Made by CodePointClassesGenerator; what is not listed is O.");
        int first = 0;
        for (int codePoint = 1; codePoint <= Character.MAX_CODE_POINT + 1; codePoint++) {
            String current = classOf(first);
            if (codePoint > Character.MAX_CODE_POINT || !classOf(codePoint).equals(current)) {
                if (!current.equals("O")) {
                    System.out.printf("%X\t%X\t%s%n", first, codePoint - 1, current);
                }
                first = codePoint;
            }
        }
    }

    private static String classOf(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> "L+";
            case Character.DECIMAL_DIGIT_NUMBER -> "N+";
            case Character.LETTER_NUMBER, Character.OTHER_NUMBER -> Character.isAlphabetic(codePoint) ? "N+" : "N";
            case Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.CONNECTOR_PUNCTUATION -> "O+";
            default -> isWhiteSpace(codePoint) ? "S" : isOtherWord(codePoint) ? "O+" : "O";
        };
    }

    /** The property White_Space, which {@link Character} does not offer. */
    private static boolean isWhiteSpace(int codePoint) {
        return (codePoint >= 0x9 && codePoint <= 0xD) || codePoint == 0x85 || Character.isSpaceChar(codePoint);
    }

    /** Other_Alphabetic, and Join_Control. */
    private static boolean isOtherWord(int codePoint) {
        return Character.isAlphabetic(codePoint) || codePoint == 0x200C || codePoint == 0x200D;
    }
}
