package io.github.debertastreams.model.token;

/**
 * A part of a text as its tokens were found: an added token, or what a {@link SubwordModel} has cut.
 *
 * @param from where it begins in the text, in UTF-16 units, as is {@code to}, exclusive
 * @param firstToken its first token; the last one stands before the next segment's first
 * @param added whether it is one added token
 * @param aligned whether the positions of its tokens are their spans in the text
 */
record Segment(int from, int to, int firstToken, boolean added, boolean aligned) {}
