package io.github.debertastreams.model.token;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.debertastreams.model.error.ModelException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the two parts of a byte-pair vocabulary that both file formats share: tokens with ids, and merges of tokens. */
final class BytePairVocabulary {

    private BytePairVocabulary() {}

    static Map<String, Integer> tokens(JsonSection section) {
        Map<String, Integer> ids = new HashMap<>(section.node().size() * 2);
        for (var entry : section.node().properties()) {
            ids.put(
                    entry.getKey(),
                    JsonSection.requireId(section.where() + ": '" + entry.getKey() + "'", entry.getValue()));
        }
        if (ids.isEmpty()) {
            throw ModelException.bundle(section.where() + " has no tokens");
        }
        return ids;
    }

    /** Adds the next merge, given as {@code "left right"}. */
    static void addMerge(MergeTable merges, Map<String, Integer> vocabulary, String where, String merge) {
        int space = merge.indexOf(' ');
        if (space < 0 || merge.indexOf(' ', space + 1) >= 0) {
            throw ModelException.bundle(where + " is '" + merge + "', expected two tokens and one space between");
        }
        addMerge(merges, vocabulary, where, merge.substring(0, space), merge.substring(space + 1));
    }

    /** Adds the next merge, given as {@code "left right"} or {@code ["left", "right"]}. */
    static void addMerge(MergeTable merges, Map<String, Integer> vocabulary, String where, JsonNode merge) {
        if (merge.isTextual()) {
            addMerge(merges, vocabulary, where, merge.textValue());
        } else if (merge.isArray() && merge.size() == 2) {
            addMerge(
                    merges,
                    vocabulary,
                    where,
                    JsonSection.requireText(where, merge.get(0)),
                    JsonSection.requireText(where, merge.get(1)));
        } else {
            throw ModelException.bundle(where + " is " + merge + ", expected two tokens");
        }
    }

    private static void addMerge(
            MergeTable merges, Map<String, Integer> vocabulary, String where, String left, String right) {
        merges.add(
                requireToken(vocabulary, where, left),
                requireToken(vocabulary, where, right),
                requireToken(vocabulary, where, left + right));
    }

    private static int requireToken(Map<String, Integer> vocabulary, String where, String token) {
        @Nullable Integer id = vocabulary.get(token);
        if (id == null) {
            throw ModelException.bundle(where + " needs the token '" + token + "', which the vocabulary lacks");
        }
        return id;
    }
}
