package io.github.debertastreams.model.token;

/**
 * Options of the byte-level pre-tokenizer. Its {@code trim_offsets} has no effect there, only in a post-processor.
 *
 * @param addPrefixSpace whether each segment that does not begin with a space gets one
 * @param splitWords whether GPT-2's pattern cuts words ({@code use_regex}); otherwise a segment is one word
 */
record ByteLevelOptions(boolean addPrefixSpace, boolean splitWords) {}
