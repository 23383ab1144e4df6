package io.github.debertastreams.kafka;

import org.jspecify.annotations.Nullable;

/**
 * Where the text is in a JSON document or an Avro record, as paths such as {@code /payload/text}.
 *
 * @param textPair null: there is none
 * @param id null: predictions are named by topic-partition@offset
 */
record InputFields(
        String text, @Nullable String textPair, @Nullable String id) {}
