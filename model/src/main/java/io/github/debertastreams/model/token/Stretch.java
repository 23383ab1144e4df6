package io.github.debertastreams.model.token;

/**
 * Neighbouring tokens of an encoding that have the same origin: special tokens, a window of a text, or
 * padding.
 *
 * @param sequence 0 or 1 for the first and second text, {@link #SPECIAL} or {@link #PADDING} for tokens that no text has
 * @param firstToken the first of them among the tokens of their text
 */
record Stretch(int length, int typeId, int sequence, int firstToken) {

    static final int SPECIAL = -1;
    static final int PADDING = -2;

    static Stretch padding(int length) {
        return new Stretch(length, 0, PADDING, 0);
    }

    boolean isOfText() {
        return sequence >= 0;
    }
}
