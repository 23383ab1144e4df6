package io.github.debertastreams.model.token;

import java.util.Map;
import java.util.OptionalInt;

/**
 * A byte-pair vocabulary as read from a model directory. Source: HF {@code BPE}.
 *
 * @param vocabulary token to id; tokens spelled in the letters of {@link ByteAlphabet}
 * @param unknownId stands for a letter that the vocabulary lacks; where empty, such a letter is dropped
 * @param fuseUnknown whether neighbouring unknown letters make one token
 * @param ignoreMerges whether a word of the vocabulary is taken whole, merges or not
 */
record BytePairModel(
        Map<String, Integer> vocabulary,
        MergeTable merges,
        OptionalInt unknownId,
        boolean fuseUnknown,
        boolean ignoreMerges) {}
