package io.github.debertastreams.model.token;

/**
 * Prints the table {@code lowercase.tsv} from the Unicode data of the running JDK, which must be Unicode 16 (JDK 24 or 25):
 *
 * <pre>
 * java model/src/test/java/io/github/debertastreams/model/token/LowercaseGenerator.java \
 *     &gt; model/src/main/resources/io/github/debertastreams/model/token/lowercase.tsv
 * </pre>
 */
final class LowercaseGenerator {

    private LowercaseGenerator() {}

    public static void main(String[] arguments) {
        // U+1C89 is a letter from Unicode 16 on; U+088F from Unicode 17 on.
        if (!Character.isLetter(0x1C89) || Character.isLetter(0x088F)) {
            throw new IllegalStateException("this JDK does not have Unicode 16: run JDK 24 or 25");
        }
        System.out.println(
                "# Unicode 16: code point and its simple lower case (hex). Made by LowercaseGenerator; what is not listed"
                        + " is its own.");
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            int lower = Character.toLowerCase(codePoint);
            if (lower != codePoint) {
                System.out.printf("%X\t%X%n", codePoint, lower);
            }
        }
    }
}
