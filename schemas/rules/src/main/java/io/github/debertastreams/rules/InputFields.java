package io.github.debertastreams.rules;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where the text is in a JSON document or an Avro record, as paths such as {@code /payload/text}.
 *
 * @param textPair null: there is none
 * @param id null: the host names the record
 * @param candidates a list of strings, such as the candidate labels of this text alone; null: there is none
 */
public record InputFields(
        String text,
        @Nullable String textPair,
        @Nullable String id,
        @Nullable String candidates) implements Serializable {

    static final String DEFAULT_TEXT = "/text";
}
