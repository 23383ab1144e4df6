package io.github.debertastreams.model.token;

/** The tokens {@code [from, to)} of a text. */
record Window(int from, int to) {
    int length() {
        return to - from;
    }
}
