package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The replacements that a SentencePiece model carries: a double-array trie over UTF-8, whose values point into a block of texts that end
 * with NUL.
 *
 * <p>Layout: the trie's size in bytes (32 bits, little endian), its units of 32 bits, the texts. A unit has its label in bits 0 to 7, a
 * flag for "has a value" in bit 8, and the offset to its children from bit 10, shifted by 8 more if bit 9 is set. Source: SentencePiece
 * {@code Normalizer::DecodePrecompiledCharsMap}, Darts-clone; HF {@code spm_precompiled}. Immutable.
 */
final class Charsmap {

    /** Keys longer than this are never looked up: {@link PrecompiledNormalizer} asks for shorter graphemes only. */
    static final int LONGEST_KEY = 5;

    /** The published maps have some 60,000 units. */
    private static final int MOST_UNITS = 1 << 20;

    private static final int NONE = -1;
    private static final int BLOCK_BITS = 6;
    private static final int BLOCK_SIZE = 1 << BLOCK_BITS;

    private final int[] units;
    private final byte[] texts;
    /** Where the replacement of each code point begins in {@code texts}, by blocks; a block without any is the shared empty one. */
    private final int[][] entries = new int[(Character.MAX_CODE_POINT + 1) >> BLOCK_BITS][];

    private Charsmap(int[] units, byte[] texts) {
        this.units = units;
        this.texts = texts;
    }

    /**
     * Reads and checks a map.
     *
     * @param where names the file in messages
     */
    static Charsmap read(String where, byte[] content) {
        if (content.length < 4) {
            throw ModelException.bundle(where + " has " + content.length + " bytes, expected at least 4");
        }
        ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        long trieSize = buffer.getInt() & 0xFFFFFFFFL;
        if (trieSize > content.length - 4 || trieSize < 4 || trieSize / 4 > MOST_UNITS) {
            throw ModelException.bundle(where + " has a trie of " + trieSize + " bytes, expected 4 to "
                    + Math.min(content.length - 4, 4 * MOST_UNITS) + " in a map of " + content.length);
        }
        int[] units = new int[(int) (trieSize / 4)];
        buffer.asIntBuffer().get(units);
        byte[] texts = Arrays.copyOfRange(content, 4 + 4 * units.length, content.length);
        requireUtf8(where, texts);
        Charsmap map = new Charsmap(units, texts);
        map.check(where);
        map.index();
        return map;
    }

    private static void requireUtf8(String where, byte[] texts) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
        } catch (CharacterCodingException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, where + " has texts that are not UTF-8", e);
        }
    }

    /**
     * Refuses values that point nowhere, level by level as deep as keys are looked up. Nodes may be shared, even with their own
     * descendants; each is visited once a level.
     */
    private void check(String where) {
        BitSet level = new BitSet(units.length);
        int root = offset(units[0]);
        if (root >= units.length) {
            throw ModelException.bundle(where + ": the trie begins at unit " + root + " of " + units.length);
        }
        level.set(root);
        for (int depth = 1; depth <= LONGEST_KEY; depth++) {
            BitSet next = new BitSet(units.length);
            for (int node = level.nextSetBit(0); node >= 0; node = level.nextSetBit(node + 1)) {
                for (int label = 1; label < 256; label++) {
                    if (leads(node, label)) {
                        int child = child(node, label);
                        checkChild(where, node ^ label, child);
                        next.set(child);
                    }
                }
            }
            level = next;
        }
    }

    private void checkChild(String where, int unit, int child) {
        if (child == NONE) {
            throw ModelException.bundle(
                    where + ": unit " + unit + " of the trie has an offset beyond its " + units.length + " units");
        }
        int text = hasValue(units[unit]) ? value(units[child]) : 0;
        if (text > texts.length || text < texts.length && Utf8.isContinuation(texts[text])) {
            throw ModelException.bundle(where + ": unit " + child + " of the trie points to byte " + text
                    + ", expected the first byte of a text, or at most " + texts.length);
        }
    }

    private static boolean hasValue(int unit) {
        return (unit & 0x100) != 0;
    }

    private static int value(int unit) {
        return unit & 0x7FFFFFFF;
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 0x200) >>> 6);
    }

    /** Whether a label leads on from a node. Nodes are positions that, combined with a label, give a unit. */
    private boolean leads(int node, int label) {
        int at = node ^ label;
        return at < units.length && (units[at] & 0x800000FF) == label;
    }

    /** The node that a label leads to, or {@link #NONE}. */
    private int child(int node, int label) {
        if (!leads(node, label)) {
            return NONE;
        }
        int at = node ^ label;
        int child = at ^ offset(units[at]);
        return child >= 0 && child < units.length ? child : NONE;
    }

    /**
     * Where the replacement of the shortest prefix of {@code bytes[from, to)} begins in {@link #texts}, or -1. A NUL ends the search.
     * Source: {@code Precompiled::transform}.
     */
    int find(byte[] bytes, int from, int to) {
        int node = offset(units[0]);
        for (int at = from; at < to; at++) {
            int label = bytes[at] & 0xFF;
            int child = label == 0 ? NONE : child(node, label);
            if (child == NONE) {
                return NONE;
            }
            if (hasValue(units[node ^ label])) {
                return value(units[child]);
            }
            node = child;
        }
        return NONE;
    }

    private void index() {
        int[] empty = new int[BLOCK_SIZE];
        Arrays.fill(empty, NONE);
        byte[] letter = new byte[4];
        for (int block = 0; block < entries.length; block++) {
            entries[block] = empty;
            for (int at = 0; at < BLOCK_SIZE; at++) {
                int codePoint = (block << BLOCK_BITS) + at;
                boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
                int entry = surrogate ? NONE : find(letter, 0, Utf8.encode(codePoint, letter));
                if (entry != NONE) {
                    if (entries[block] == empty) {
                        entries[block] = empty.clone();
                    }
                    entries[block][at] = entry;
                }
            }
        }
    }

    /** Where the replacement of a code point begins in {@link #texts}, or -1. */
    int find(int codePoint) {
        return entries[codePoint >> BLOCK_BITS][codePoint & (BLOCK_SIZE - 1)];
    }

    /** The replacements; nobody changes them. */
    byte[] texts() {
        return texts;
    }

    /** The end of the replacement that begins at a position of {@link #texts}. */
    int textEnd(int start) {
        int end = start;
        while (end < texts.length && texts[end] != 0) {
            end++;
        }
        return end;
    }
}
