package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** All tokens by id and ids by token, added ones included. Ids may have gaps; no two tokens share one. */
final class Vocabulary {

    /** Ids index arrays, so a file may not make them much larger than the number of its tokens. */
    private static final int GAP_FACTOR = 8;

    private static final int GAP_ALLOWANCE = 1 << 16;

    /** A match is searched at every place of a text, so its length bounds the work for each letter. */
    private static final int LONGEST_ADDED_TOKEN = 1024;

    private final Map<String, Integer> ids;
    private final @Nullable String[] tokens;

    private Vocabulary(Map<String, Integer> ids, @Nullable String[] tokens) {
        this.ids = ids;
        this.tokens = tokens;
    }

    /** Checks and joins a model's vocabulary and the added tokens; {@code where} names the file in messages. */
    static Vocabulary of(String where, Map<String, Integer> model, List<AddedToken> added) {
        Map<String, Integer> ids = new HashMap<>(model);
        for (AddedToken token : added) {
            if (token.content().length() > LONGEST_ADDED_TOKEN) {
                throw ModelException.bundle(where + ": added token '" + shown(token.content()) + "' has "
                        + token.content().length() + " letters, expected at most " + LONGEST_ADDED_TOKEN);
            }
            @Nullable Integer known = ids.putIfAbsent(token.content(), token.id());
            if (known != null && known != token.id()) {
                throw ModelException.bundle(where + ": added token '" + token.content() + "' has id " + token.id()
                        + ", the vocabulary says " + known);
            }
        }
        long limit = (long) GAP_FACTOR * ids.size() + GAP_ALLOWANCE;
        int greatest = -1;
        for (var entry : ids.entrySet()) {
            int id = entry.getValue();
            if (id < 0 || id >= limit) {
                throw ModelException.bundle(where + ": token '" + shown(entry.getKey()) + "' has id " + id
                        + ", expected 0 to " + (limit - 1) + " in a vocabulary of " + ids.size() + " tokens");
            }
            greatest = Math.max(greatest, id);
        }
        @Nullable String[] tokens = new String[greatest + 1];
        for (var entry : ids.entrySet()) {
            int id = entry.getValue();
            if (tokens[id] != null) {
                throw ModelException.bundle(where + ": tokens '" + shown(tokens[id]) + "' and '" + shown(entry.getKey())
                        + "' both have id " + id);
            }
            tokens[id] = entry.getKey();
        }
        return new Vocabulary(ids, tokens);
    }

    private static String shown(String token) {
        return token.length() <= 60 ? token : token.substring(0, 60) + "…";
    }

    /** The number of tokens. */
    int size() {
        return ids.size();
    }

    OptionalInt id(String token) {
        @Nullable Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    boolean contains(int id) {
        return id >= 0 && id < tokens.length && tokens[id] != null;
    }

    /** The token of an id that the vocabulary has; anything else is invalid input. */
    String token(int id) {
        @Nullable String token = id >= 0 && id < tokens.length ? tokens[id] : null;
        if (token == null) {
            throw ModelException.invalidInput("no token has id " + id);
        }
        return token;
    }
}
