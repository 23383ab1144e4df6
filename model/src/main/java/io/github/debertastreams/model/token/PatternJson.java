package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;

/** Reads the {@code pattern} of a Replace or a Split. */
final class PatternJson {

    private PatternJson() {}

    static TextPattern read(JsonSection section) {
        JsonSection pattern = section.section("pattern");
        if (pattern.has("Regex")) {
            return TextPattern.regex(pattern.where() + ": Regex", pattern.text("Regex"));
        }
        String literal = pattern.text("String");
        if (literal.isEmpty()) {
            throw ModelException.bundle(pattern.where() + ": String is empty, expected at least one letter");
        }
        return TextPattern.literal(literal);
    }
}
