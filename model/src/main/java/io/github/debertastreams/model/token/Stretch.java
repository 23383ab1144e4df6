package io.github.debertastreams.model.token;

/**
 * Neighbouring tokens of an encoding that have the same origin: special tokens, or a window of a text.
 *
 * @param sequence 0 or 1 for the first and second text, {@link #SPECIAL} for tokens that no text has
 * @param firstToken the first of them among the tokens of their text
 */
record Stretch(int length, int typeId, int sequence, int firstToken) {

    static final int SPECIAL = -1;

    boolean isSpecial() {
        return sequence == SPECIAL;
    }
}
