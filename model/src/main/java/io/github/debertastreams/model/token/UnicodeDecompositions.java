package io.github.debertastreams.model.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the characters of Unicode 9 decompose to and compose from, and their combining classes. Source: UAX #15. */
final class UnicodeDecompositions {

    private static final int[] NONE = new int[0];
    private static final int HEX = 16;

    private static final int HANGUL = 0xAC00;
    private static final int LEADING = 0x1100;
    private static final int VOWEL = 0x1161;
    /** One before the first: a syllable may have none. */
    private static final int TRAILING = 0x11A7;

    private static final int LEADINGS = 19;
    private static final int VOWELS = 21;
    private static final int TRAILINGS = 28;
    private static final int SYLLABLES = LEADINGS * VOWELS * TRAILINGS;

    /** Of each listed code point, in ascending order. */
    private static final int[] CODE_POINTS;

    private static final int[] CLASSES;
    private static final int[][] CANONICAL;
    private static final int[][] COMPATIBLE;
    /** The pairs that compose, in ascending order, first and second in the halves of a long. */
    private static final long[] PAIRS;

    private static final int[] COMPOSITES;
    /** The second ones of pairs, in ascending order. */
    private static final int[] SECONDS;

    static {
        List<String[]> rows = new ArrayList<>();
        for (String line : CodePointTable.lines("normalization.tsv")) {
            rows.add(line.split("\t", -1));
        }
        CODE_POINTS =
                rows.stream().mapToInt(row -> Integer.parseInt(row[0], HEX)).toArray();
        CLASSES = rows.stream().mapToInt(row -> Integer.parseInt(row[1])).toArray();
        CANONICAL = rows.stream().map(row -> codePoints(row[2])).toArray(int[][]::new);
        COMPATIBLE = rows.stream()
                .map(row -> codePoints(row[3].isEmpty() ? row[2] : row[3]))
                .toArray(int[][]::new);
        List<String[]> composites = rows.stream()
                .filter(row -> !row[4].isEmpty())
                .sorted((a, b) -> Long.compare(pair(a), pair(b)))
                .toList();
        PAIRS = composites.stream().mapToLong(UnicodeDecompositions::pair).toArray();
        COMPOSITES = composites.stream()
                .mapToInt(row -> Integer.parseInt(row[0], HEX))
                .toArray();
        SECONDS = Arrays.stream(PAIRS)
                .mapToInt(pair -> (int) pair)
                .sorted()
                .distinct()
                .toArray();
    }

    private UnicodeDecompositions() {}

    private static int[] codePoints(String field) {
        return field.isEmpty()
                ? NONE
                : Stream.of(field.split(" "))
                        .mapToInt(part -> Integer.parseInt(part, HEX))
                        .toArray();
    }

    private static long pair(String[] row) {
        int[] parts = codePoints(row[4]);
        return pair(parts[0], parts[1]);
    }

    private static long pair(int first, int second) {
        return (long) first << Integer.SIZE | second;
    }

    /** All characters that are not inert in every form, and some that are. */
    static IntStream known() {
        return Stream.of(
                        Arrays.stream(CODE_POINTS),
                        Arrays.stream(SECONDS),
                        IntStream.range(VOWEL, TRAILING + TRAILINGS),
                        IntStream.range(HANGUL, HANGUL + SYLLABLES))
                .flatMapToInt(part -> part);
    }

    /**
     * Whether a character stays as it is behind any other, and separates what is before from what is behind.
     *
     * @param composes whether it must not be the second of a pair that composes either
     */
    static boolean isInert(int codePoint, boolean compatible, boolean composes) {
        if (isHangul(codePoint)) {
            return false;
        }
        if (composes && (isSecondJamo(codePoint) || Arrays.binarySearch(SECONDS, codePoint) >= 0)) {
            return false;
        }
        return combiningClass(codePoint) == 0 && of(codePoint, compatible).length == 0;
    }

    private static boolean isSecondJamo(int codePoint) {
        return codePoint >= VOWEL && codePoint < TRAILING + TRAILINGS;
    }

    /** The canonical combining class: 0 of a character that begins a new one, more of one that combines. */
    static int combiningClass(int codePoint) {
        int at = Arrays.binarySearch(CODE_POINTS, codePoint);
        return at < 0 ? 0 : CLASSES[at];
    }

    /** The full decomposition; empty where there is none. Not of a Hangul syllable. */
    static int[] of(int codePoint, boolean compatible) {
        int at = Arrays.binarySearch(CODE_POINTS, codePoint);
        return at < 0 ? NONE : compatible ? COMPATIBLE[at] : CANONICAL[at];
    }

    static boolean isHangul(int codePoint) {
        return codePoint >= HANGUL && codePoint < HANGUL + SYLLABLES;
    }

    /** The two or three parts of a Hangul syllable. */
    static int[] jamo(int syllable) {
        int index = syllable - HANGUL;
        int leading = LEADING + index / (VOWELS * TRAILINGS);
        int vowel = VOWEL + index % (VOWELS * TRAILINGS) / TRAILINGS;
        int trailing = index % TRAILINGS;
        return trailing == 0 ? new int[] {leading, vowel} : new int[] {leading, vowel, TRAILING + trailing};
    }

    /** The one character of two, or -1. */
    static int compose(int first, int second) {
        if (first >= LEADING && first < LEADING + LEADINGS && second >= VOWEL && second < VOWEL + VOWELS) {
            return HANGUL + ((first - LEADING) * VOWELS + second - VOWEL) * TRAILINGS;
        }
        if (isHangul(first)
                && (first - HANGUL) % TRAILINGS == 0
                && second > TRAILING
                && second < TRAILING + TRAILINGS) {
            return first + second - TRAILING;
        }
        int at = Arrays.binarySearch(PAIRS, pair(first, second));
        return at < 0 ? -1 : COMPOSITES[at];
    }
}
