package io.github.debertastreams.model.token;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prints the table {@code grapheme-classes.tsv} from the Unicode data of the running JDK, which must be Unicode 16 (JDK 24 or 25):
 *
 * <pre>
 * java model/src/test/java/io/github/debertastreams/model/token/GraphemeClassesGenerator.java \
 *     &gt; model/src/main/resources/io/github/debertastreams/model/token/grapheme-classes.tsv
 * </pre>
 *
 * <p>The JDK has no accessor for Grapheme_Cluster_Break, but its regular expressions know where clusters end: each property is read off
 * from whether the code point clings to a neighbour whose property is known (UAX #29, rules GB3 to GB13).
 */
final class GraphemeClassesGenerator {

    private static final Pattern CLUSTER = Pattern.compile("\\X");
    private static final String ACUTE = "\u0301";
    private static final String JOINER = "\u200D";
    private static final String PICTURE = "\u2764";
    private static final String LEADING_JAMO = "\u1100";
    private static final String VOWEL_JAMO = "\u1160";
    private static final String TRAILING_JAMO = "\u11A8";
    private static final String VIRAMA = "\u094D";
    private static final String KA = "\u0915";

    private GraphemeClassesGenerator() {}

    public static void main(String[] arguments) {
        // U+1C89 is a letter from Unicode 16 on; U+088F from Unicode 17 on.
        if (!Character.isLetter(0x1C89) || Character.isLetter(0x088F)) {
            throw new IllegalStateException("this JDK does not have Unicode 16: run JDK 24 or 25");
        }
        System.out.println(
                "# Unicode 16: first, last (hex, inclusive), Grapheme_Cluster_Break, with Extended_Pictographic as Picture"
                        + " and Indic_Conjunct_Break behind a +. Made by GraphemeClassesGenerator; what is not listed is Other.");
        int first = 0;
        for (int codePoint = 1; codePoint <= Character.MAX_CODE_POINT + 1; codePoint++) {
            String current = classOf(first);
            if (codePoint > Character.MAX_CODE_POINT || !classOf(codePoint).equals(current)) {
                if (!current.equals("Other")) {
                    System.out.printf("%X\t%X\t%s%n", first, codePoint - 1, current);
                }
                first = codePoint;
            }
        }
    }

    private static String classOf(int codePoint) {
        if (codePoint == '\r') {
            return "CR";
        }
        if (codePoint == '\n') {
            return "LF";
        }
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            return "Control";
        }
        return breakOf(Character.toString(codePoint), codePoint) + conjunctOf(Character.toString(codePoint));
    }

    private static String breakOf(String letter, int codePoint) {
        if (codePoint == 0x200D) {
            return "ZWJ";
        }
        if (codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF) {
            return "Regional_Indicator";
        }
        if (clings("a", letter)) {
            return isSpacingMark(letter, codePoint) ? "SpacingMark" : "Extend";
        }
        if (!clings(letter, ACUTE)) {
            // The JDK takes whatever is not assigned for a control; the standard only what is ignorable by default.
            boolean unassigned = Character.getType(codePoint) == Character.UNASSIGNED;
            return unassigned && !isIgnorable(codePoint) ? "Other" : "Control";
        }
        if (clings(letter, "a")) {
            return "Prepend";
        }
        if (isOne(letter + JOINER + PICTURE)) {
            return "Picture";
        }
        return syllableOf(letter);
    }

    /** The JDK lets spacing marks stand between a picture and a joiner, so that rule cannot tell them apart. */
    private static boolean isSpacingMark(String letter, int codePoint) {
        boolean thaiOrLaoAm = codePoint == 0x0E33 || codePoint == 0x0EB3;
        return thaiOrLaoAm
                || Character.getType(codePoint) == Character.COMBINING_SPACING_MARK
                        && conjunctOf(letter).isEmpty();
    }

    /** Default_Ignorable_Code_Point, of those not assigned. */
    private static boolean isIgnorable(int codePoint) {
        return codePoint == 0x2065
                || codePoint >= 0xFFF0 && codePoint <= 0xFFF8
                || codePoint >= 0xE0000 && codePoint <= 0xE0FFF;
    }

    private static String syllableOf(String letter) {
        if (clings(letter, LEADING_JAMO)) {
            return "L";
        }
        boolean beforeVowel = clings(letter, VOWEL_JAMO);
        boolean beforeTrailing = clings(letter, TRAILING_JAMO);
        boolean afterVowel = clings(VOWEL_JAMO, letter);
        if (beforeVowel) {
            return afterVowel ? "V" : "LV";
        }
        if (beforeTrailing) {
            return afterVowel ? "T" : "LVT";
        }
        return "Other";
    }

    private static String conjunctOf(String letter) {
        if (letter.equals(JOINER) || !isOne(KA + letter) && !isOne(letter + VIRAMA + KA)) {
            return "";
        }
        if (isOne(KA + letter + KA)) {
            return "+Linker";
        }
        if (isOne(KA + letter + VIRAMA + KA)) {
            return "+Extend";
        }
        return isOne(letter + VIRAMA + KA) ? "+Consonant" : "";
    }

    private static boolean clings(String left, String right) {
        return isOne(left + right);
    }

    private static boolean isOne(String text) {
        Matcher matcher = CLUSTER.matcher(text);
        return matcher.lookingAt() && matcher.end() == text.length();
    }
}
