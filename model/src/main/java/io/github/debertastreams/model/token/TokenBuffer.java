package io.github.debertastreams.model.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tokens of one text as they are found, and the segments they come from: growable arrays. Reused, for one thread at a time. */
final class TokenBuffer {

    /** Larger buffers are let go after use, so that one huge text does not pin its memory. */
    private static final int KEPT_TOKENS = 1 << 16;

    private int[] ids = new int[256];
    /** {@code [n, 2]}, flat. */
    private int[] positions = new int[512];

    private int size;
    private boolean aligned = true;
    private List<Segment> segments = new ArrayList<>();

    void clear() {
        if (size > KEPT_TOKENS) {
            ids = new int[256];
            positions = new int[512];
            segments = new ArrayList<>();
        }
        size = 0;
        aligned = true;
        segments.clear();
    }

    /** The tokens from {@code firstToken} on are those of {@code text[from, to)}; see {@link Segment}. */
    void addSegment(int from, int to, int firstToken, boolean isAligned) {
        segments.add(new Segment(from, to, firstToken, false, isAligned));
        aligned &= isAligned;
    }

    /** Adds a token with its position in the model's form of the current segment. */
    void add(int id, int start, int end) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
            positions = Arrays.copyOf(positions, 4 * size);
        }
        ids[size] = id;
        positions[2 * size] = start;
        positions[2 * size + 1] = end;
        size++;
    }

    /** Adds the tokens of a word, whose positions are {@code shift} more than its symbols'. */
    void addAll(Symbols word, int shift) {
        for (int token = 0; token < word.size; token++) {
            add(word.ids[token], word.starts[token] + shift, word.ends[token] + shift);
        }
    }

    /** A token that lies outside of its segment, before {@code from}, in part or whole: its span is moved to the first character. */
    void clip(int token, int from) {
        positions[2 * token] = Math.max(positions[2 * token], from);
        positions[2 * token + 1] = Math.max(positions[2 * token + 1], from + 1);
    }

    /** The first token of a word that begins at {@code from}, or the mark alone before it, begins one earlier than it says. */
    void beginEarlier(int token, int from) {
        positions[2 * token]--;
        if (positions[2 * token + 1] == from) {
            positions[2 * token + 1]--;
        }
    }

    /** Adds an added token that stands at {@code text[from, to)}, a segment of its own. */
    void addAdded(int id, int from, int to) {
        segments.add(new Segment(from, to, size, true, true));
        add(id, from, to);
    }

    int size() {
        return size;
    }

    /** Copies the ids of {@code [from, to)} to a place of an array. */
    void copyIds(int from, int to, int[] toIds, int position) {
        System.arraycopy(ids, from, toIds, position, to - from);
    }

    /** Positions {@code [n, 2]}, flat, with -1, -1 for as many tokens before and after. */
    int[] positions(int before, int after) {
        int[] framed = new int[2 * (before + size + after)];
        Arrays.fill(framed, 0, 2 * before, -1);
        System.arraycopy(positions, 0, framed, 2 * before, 2 * size);
        Arrays.fill(framed, 2 * (before + size), framed.length, -1);
        return framed;
    }

    /** Whether all positions are spans in the text. */
    boolean aligned() {
        return aligned;
    }

    List<Segment> segments() {
        return List.copyOf(segments);
    }
}
