package io.github.debertastreams.model.token;

/**
 * Where extended grapheme clusters of Unicode 16 end, whatever the running JDK.
 *
 * <p>Source: UAX #29, rules GB3 to GB999. The table {@code grapheme-classes.tsv} is made by {@code GraphemeClassesGenerator} in the test
 * sources.
 */
final class GraphemeBreaks {

    private static final int OTHER = 0;
    private static final int CR = 1;
    private static final int LF = 2;
    private static final int CONTROL = 3;
    private static final int EXTEND = 4;
    private static final int ZWJ = 5;
    private static final int REGIONAL_INDICATOR = 6;
    private static final int PREPEND = 7;
    private static final int SPACING_MARK = 8;
    private static final int L = 9;
    private static final int V = 10;
    private static final int T = 11;
    private static final int LV = 12;
    private static final int LVT = 13;
    private static final int PICTURE = 14;
    private static final int BREAK_MASK = 15;

    private static final int CONJUNCT_EXTEND = 16;
    private static final int CONJUNCT_LINKER = 32;
    private static final int CONJUNCT_CONSONANT = 48;
    private static final int CONJUNCT_MASK = 48;

    private static final CodePointTable CLASSES = CodePointTable.read("grapheme-classes.tsv", GraphemeBreaks::parse);

    private GraphemeBreaks() {}

    private static int parse(String name) {
        int plus = name.indexOf('+');
        return breakOf(plus < 0 ? name : name.substring(0, plus))
                | conjunctOf(plus < 0 ? "" : name.substring(plus + 1));
    }

    private static int breakOf(String name) {
        return switch (name) {
            case "Other" -> OTHER;
            case "CR" -> CR;
            case "LF" -> LF;
            case "Control" -> CONTROL;
            case "Extend" -> EXTEND;
            case "ZWJ" -> ZWJ;
            case "Regional_Indicator" -> REGIONAL_INDICATOR;
            case "Prepend" -> PREPEND;
            case "SpacingMark" -> SPACING_MARK;
            case "L" -> L;
            case "V" -> V;
            case "T" -> T;
            case "LV" -> LV;
            case "LVT" -> LVT;
            case "Picture" -> PICTURE;
            default -> throw new IllegalStateException("unknown grapheme class " + name);
        };
    }

    private static int conjunctOf(String name) {
        return switch (name) {
            case "" -> 0;
            case "Extend" -> CONJUNCT_EXTEND;
            case "Linker" -> CONJUNCT_LINKER;
            case "Consonant" -> CONJUNCT_CONSONANT;
            default -> throw new IllegalStateException("unknown conjunct class " + name);
        };
    }

    /**
     * Whether a code point never clings to what stands before it, and what stands behind it clings to it only if that
     * {@link #mayFollow}.
     */
    static boolean standsAlone(int codePoint) {
        int property = CLASSES.get(codePoint) & BREAK_MASK;
        return property == OTHER || property == PICTURE || property == LV || property == LVT;
    }

    /** Whether a code point can cling to one before it that {@link #standsAlone}. */
    static boolean mayFollow(int codePoint) {
        int property = CLASSES.get(codePoint) & BREAK_MASK;
        return property == EXTEND || property == ZWJ || property == SPACING_MARK || property == V || property == T;
    }

    /** The end of the cluster that begins at {@code from}, in well-formed UTF-8 that ends at {@code to}. */
    static int end(byte[] bytes, int from, int to) {
        int entry = CLASSES.get(Utf8.codePoint(bytes, from));
        int at = from + Utf8.length(bytes[from]);
        int indicators = (entry & BREAK_MASK) == REGIONAL_INDICATOR ? 1 : 0;
        // GB11: a picture and only extenders so far; with a joiner last, another picture clings.
        boolean picture = (entry & BREAK_MASK) == PICTURE;
        // GB9c: a consonant and only extenders and linkers so far; with a linker among them, another consonant clings.
        boolean consonant = (entry & CONJUNCT_MASK) == CONJUNCT_CONSONANT;
        boolean linked = false;
        while (at < to) {
            int next = CLASSES.get(Utf8.codePoint(bytes, at));
            int left = entry & BREAK_MASK;
            int right = next & BREAK_MASK;
            boolean joinsPictures = picture && left == ZWJ && right == PICTURE;
            boolean joinsConsonants = consonant && linked && (next & CONJUNCT_MASK) == CONJUNCT_CONSONANT;
            boolean joinsIndicators = left == REGIONAL_INDICATOR && right == REGIONAL_INDICATOR && indicators % 2 == 1;
            if (!joinsPictures && !joinsConsonants && !joinsIndicators && breaksBetween(left, right)) {
                return at;
            }
            indicators = right == REGIONAL_INDICATOR ? indicators + 1 : 0;
            picture = right == PICTURE || picture && (right == EXTEND || right == ZWJ);
            int conjunct = next & CONJUNCT_MASK;
            if (conjunct == CONJUNCT_CONSONANT) {
                consonant = true;
                linked = false;
            } else if (conjunct == CONJUNCT_LINKER) {
                linked = consonant;
            } else if (conjunct != CONJUNCT_EXTEND && right != ZWJ) {
                consonant = false;
                linked = false;
            }
            entry = next;
            at += Utf8.length(bytes[at]);
        }
        return to;
    }

    /** The rules that look at two neighbours only. */
    private static boolean breaksBetween(int left, int right) {
        if (left == CR && right == LF) {
            return false;
        }
        if (left == CR || left == LF || left == CONTROL || right == CR || right == LF || right == CONTROL) {
            return true;
        }
        if (right == EXTEND || right == ZWJ || right == SPACING_MARK || left == PREPEND) {
            return false;
        }
        return switch (left) {
            case L -> right != L && right != V && right != LV && right != LVT;
            case V, LV -> right != V && right != T;
            case T, LVT -> right != T;
            default -> true;
        };
    }
}
