package io.github.debertastreams.model.token;

import java.util.Arrays;

/**
 * Lower case of each character by itself, of Unicode 16: no final sigma and no locale; İ becomes i and U+0307. Source: HF
 * {@code Lowercase}, which is Rust's {@code char::to_lowercase}.
 */
record LowercaseNormalizer() implements Normalizer {

    private static final int I_WITH_DOT = 0x130;
    private static final byte[] I_AND_DOT = {'i', (byte) 0xCC, (byte) 0x87};

    private static final int BLOCK_BITS = 7;
    private static final int[] NONE = new int[0];
    /** The lower case of each code point, by blocks; a block in which nothing changes is empty. */
    private static final int[][] LOWER = read();

    private static int[][] read() {
        int[][] blocks = new int[(Character.MAX_CODE_POINT + 1) >> BLOCK_BITS][];
        Arrays.fill(blocks, NONE);
        for (String line : CodePointTable.lines("lowercase.tsv")) {
            String[] fields = line.split("\t");
            int codePoint = Integer.parseInt(fields[0], 16);
            int block = codePoint >> BLOCK_BITS;
            if (blocks[block] == NONE) {
                blocks[block] = new int[1 << BLOCK_BITS];
                Arrays.setAll(blocks[block], at -> (block << BLOCK_BITS) + at);
            }
            blocks[block][codePoint & ((1 << BLOCK_BITS) - 1)] = Integer.parseInt(fields[1], 16);
        }
        return blocks;
    }

    private static int lower(int codePoint) {
        int[] block = LOWER[codePoint >> BLOCK_BITS];
        return block == NONE ? codePoint : block[codePoint & ((1 << BLOCK_BITS) - 1)];
    }

    @Override
    public void normalize(NormalizedText text) {
        byte[] bytes = text.bytes;
        int at = text.from;
        // An ASCII letter changes where it stands; only what lies behind the first other character is rewritten.
        for (; at < text.to && bytes[at] >= 0; at++) {
            if (bytes[at] >= 'A' && bytes[at] <= 'Z') {
                bytes[at] += 'a' - 'A';
            }
        }
        if (at < text.to) {
            rewrite(text, at);
        }
    }

    private static void rewrite(NormalizedText text, int first) {
        byte[] bytes = text.bytes;
        byte[] letter = new byte[4];
        text.begin();
        int kept = text.from;
        for (int at = first; at < text.to; ) {
            int codePoint = Utf8.codePoint(bytes, at);
            int lower = lower(codePoint);
            int next = at + Utf8.length(bytes[at]);
            if (lower != codePoint) {
                text.keep(kept, at);
                if (codePoint == I_WITH_DOT) {
                    text.replace(1, I_AND_DOT, 0, I_AND_DOT.length);
                } else {
                    text.replace(1, letter, 0, Utf8.encode(lower, letter));
                }
                kept = next;
            }
            at = next;
        }
        text.keep(kept, text.to);
        text.endTransformation();
    }
}
