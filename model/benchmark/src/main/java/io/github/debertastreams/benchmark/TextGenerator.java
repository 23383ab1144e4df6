package io.github.debertastreams.benchmark;

import java.util.List;
import java.util.Random;

/** Random texts of what tokenizers trip over. The same seed makes the same texts. Never a lone surrogate: the peer cannot hold one. */
final class TextGenerator {

    private static final int MOST_PARTS = 24;

    private static final String SPACES =
            " \t\n\r\u000B\f\u001C\u0085\u00A0\u1680\u2003\u2009\u2028\u202F\u205F\u3000\u200B\uFEFF";

    private static final List<String> WORDS = List.of(
            "the",
            "Hello",
            "world",
            "don't",
            "I'LL",
            "we've",
            "DON'T",
            "\u2019s",
            "caf\u00e9",
            "\r\n",
            "line\r\nends",
            " \r\n\r\n",
            "12345",
            "3.14",
            "x",
            "antidisestablishmentarianism",
            "http://example.com/a?b=c",
            "<0x41>",
            "\u2581",
            "\u2581the",
            "\u0120the",
            "\u6771\u4eac",
            "\u3053\u3093\u306b\u3061\u306f",
            "\uff21\uff11",
            "\ufb01",
            "\u3300",
            "\u0130stanbul",
            "\u03a3\u03bf\u03c6\u03cc\u03c2",
            "\u0e01\u0e33",
            "\u0939\u093f\u0928\u094d\u0926\u0940",
            "\uc548\ub155",
            "\u1112\u1161\u11ab",
            "\u0627\u0644\u0633\u0644\u0627\u0645");

    private static final List<String> EMOJI = List.of(
            "\ud83e\udd14",
            "\ud83d\udc69\u200d\ud83d\ude80",
            "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
            "\u2764\ufe0f",
            "\ud83c\udde9\ud83c\uddea",
            "\ud83d\udc4d\ud83c\udffd",
            "1\ufe0f\u20e3");

    private static final int[][] RANGES = {
        {0x20, 0x7E},
        {0x20, 0x7E},
        {0x00, 0x1F},
        {0x7F, 0xFF},
        {0x100, 0x24F},
        {0x300, 0x36F},
        {0x370, 0x52F},
        {0x590, 0x6FF},
        {0x900, 0xDFF},
        {0xE00, 0xEFF},
        {0x1100, 0x11FF},
        {0x1E00, 0x1FFF},
        {0x2000, 0x206F},
        {0x2070, 0x2BFF},
        {0x3000, 0x30FF},
        {0x3300, 0x33FF},
        {0x4E00, 0x9FFF},
        {0xAC00, 0xD7A3},
        {0xE000, 0xF8FF},
        {0xF900, 0xFAFF},
        {0xFB00, 0xFDFF},
        {0xFE00, 0xFFFF},
        {0x10000, 0x10FFF},
        {0x1D400, 0x1D7FF},
        {0x1F000, 0x1FAFF},
        {0x20000, 0x2A6DF},
        {0xE0000, 0xE01EF},
        {0x0, 0x10FFFF}
    };

    private final Random random;
    private final List<String> addedTokens;

    /** Puts some of these tokens into texts. */
    TextGenerator(long seed, List<String> addedTokens) {
        this.random = new Random(seed);
        this.addedTokens = addedTokens;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(MOST_PARTS);
        for (int part = 0; part < parts; part++) {
            switch (random.nextInt(10)) {
                case 0, 1 -> text.append(' ').append(pick(WORDS));
                case 2 -> text.append(pick(WORDS));
                case 3 -> spaces(text);
                case 4 -> text.append(pick(EMOJI));
                case 5 -> text.append(addedTokens.isEmpty() ? "[X]" : pick(addedTokens));
                case 6 -> marks(text);
                case 7 -> digits(text);
                default -> letters(text);
            }
        }
        return text.toString();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private void spaces(StringBuilder text) {
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            text.append(SPACES.charAt(random.nextInt(SPACES.length())));
        }
    }

    /** A letter with combining marks. */
    private void marks(StringBuilder text) {
        text.append((char) ('a' + random.nextInt(26)));
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            text.append((char) (0x300 + random.nextInt(0x70)));
        }
    }

    private void digits(StringBuilder text) {
        for (int count = 1 + random.nextInt(6); count > 0; count--) {
            text.append((char) ('0' + random.nextInt(10)));
        }
    }

    private void letters(StringBuilder text) {
        int[] range = RANGES[random.nextInt(RANGES.length)];
        for (int count = 1 + random.nextInt(6); count > 0; count--) {
            int codePoint = range[0] + random.nextInt(range[1] - range[0] + 1);
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                text.appendCodePoint(codePoint);
            }
        }
    }
}
