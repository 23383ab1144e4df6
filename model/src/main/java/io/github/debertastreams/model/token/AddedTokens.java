package io.github.debertastreams.model.token;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The added tokens of a tokenizer: first those searched in the raw text, then, in what is left, those searched in normalized text.
 *
 * <p>Source: HF {@code AddedVocabulary::extract_and_normalize}.
 */
final class AddedTokens {

    private final AddedTokenMatcher raw;
    private final AddedTokenMatcher normalized;
    private final Map<Integer, AddedToken> byId = new HashMap<>();
    /** ASCII that begins none of them. */
    private final boolean[] passedOver = new boolean[128];

    private AddedTokens(List<AddedToken> tokens, boolean alsoNormalized) {
        List<AddedToken> rawTokens = new ArrayList<>();
        List<AddedToken> normalizedTokens = new ArrayList<>();
        for (AddedToken token : tokens) {
            byId.put(token.id(), token);
            (token.normalized() ? normalizedTokens : rawTokens).add(token);
        }
        this.raw = new AddedTokenMatcher(rawTokens);
        this.normalized = new AddedTokenMatcher(alsoNormalized ? normalizedTokens : List.of());
        for (char letter = 0; letter < passedOver.length; letter++) {
            passedOver[letter] = !raw.startsToken(letter) && !normalized.startsToken(letter);
        }
    }

    /** For a tokenizer without a normalizer, whose normalized text is the raw text. */
    static AddedTokens all(List<AddedToken> tokens) {
        return new AddedTokens(tokens, true);
    }

    /** For a tokenizer with a normalizer: {@link NormalizedTokens} searches the others. */
    static AddedTokens raw(List<AddedToken> tokens) {
        return new AddedTokens(tokens, false);
    }

    /** Whether a text is ASCII and none of its letters begins an added token: then it is one part. */
    boolean passOver(String text) {
        for (int at = 0; at < text.length(); at++) {
            char letter = text.charAt(at);
            if (letter >= passedOver.length || !passedOver[letter]) {
                return false;
            }
        }
        return true;
    }

    /** Cuts the whole text. An empty text has no parts. */
    void split(String text, AddedTokenMatcher.Parts parts) {
        raw.split(text, 0, text.length(), new AddedTokenMatcher.Parts() {
            @Override
            public void text(int from, int to) {
                normalized.split(text, from, to, parts);
            }

            @Override
            public void added(AddedToken token, int from, int to) {
                parts.added(token, from, to);
            }
        });
    }

    boolean contains(int id) {
        return byId.containsKey(id);
    }

    boolean isSpecial(int id) {
        @Nullable AddedToken token = byId.get(id);
        return token != null && token.special();
    }
}
