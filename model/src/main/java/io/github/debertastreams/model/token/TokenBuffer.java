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
    private List<Segment> segments = new ArrayList<>();

    void clear() {
        if (size > KEPT_TOKENS) {
            ids = new int[256];
            positions = new int[512];
            segments = new ArrayList<>();
        }
        size = 0;
        segments.clear();
    }

    /** What follows are the tokens of {@code text[from, to)}. */
    void beginSegment(int from, int to) {
        segments.add(new Segment(from, to, size, false));
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

    /** Adds the tokens of a word. */
    void addAll(Symbols word) {
        for (int token = 0; token < word.size; token++) {
            add(word.ids[token], word.starts[token], word.ends[token]);
        }
    }

    /** Adds an added token that stands at {@code text[from, to)}, a segment of its own. */
    void addAdded(int id, int from, int to) {
        segments.add(new Segment(from, to, size, true));
        add(id, from, to);
    }

    int size() {
        return size;
    }

    /** Copies the ids of {@code [from, to)} to a place of an array. */
    void copyIds(int from, int to, int[] toIds, int position) {
        System.arraycopy(ids, from, toIds, position, to - from);
    }

    int[] positions() {
        return Arrays.copyOf(positions, 2 * size);
    }

    List<Segment> segments() {
        return List.copyOf(segments);
    }
}
