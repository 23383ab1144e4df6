package io.github.debertastreams.model.token;

import java.util.Arrays;

/** The tokens of one text as they are found: growable parallel arrays. */
final class TokenBuffer {

    private int[] ids;
    private int[] starts;
    private int[] ends;
    private int[] words;
    private int size;
    private int word;

    TokenBuffer(int capacity) {
        this.ids = new int[capacity];
        this.starts = new int[capacity];
        this.ends = new int[capacity];
        this.words = new int[capacity];
    }

    /** Adds a token of the current word. */
    void add(int id, int start, int end) {
        if (size == ids.length) {
            grow();
        }
        ids[size] = id;
        starts[size] = start;
        ends[size] = end;
        words[size++] = word;
    }

    /** The next token belongs to another word. A word without tokens counts too. */
    void endWord() {
        word++;
    }

    void setSpan(int token, int start, int end) {
        starts[token] = start;
        ends[token] = end;
    }

    int size() {
        return size;
    }

    int id(int token) {
        return ids[token];
    }

    int start(int token) {
        return starts[token];
    }

    int end(int token) {
        return ends[token];
    }

    /** Copies the ids and words of {@code [from, to)} to a position of two arrays. */
    void copy(int from, int to, int[] toIds, int[] toWords, int position) {
        System.arraycopy(ids, from, toIds, position, to - from);
        System.arraycopy(words, from, toWords, position, to - from);
    }

    private void grow() {
        int capacity = Math.max(16, size + (size >> 1));
        ids = Arrays.copyOf(ids, capacity);
        starts = Arrays.copyOf(starts, capacity);
        ends = Arrays.copyOf(ends, capacity);
        words = Arrays.copyOf(words, capacity);
    }
}
