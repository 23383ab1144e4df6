package io.github.debertastreams.model.token;

import java.util.List;

/** A text, its tokens, and the windows they are cut into; the first window is what remains of the text. */
record TokenizedText(String text, TokenBuffer tokens, List<Window> windows) {}
