package io.github.debertastreams.model.token;

/**
 * Takes the space away before punctuation and English contractions. Source: HF {@code clean_up_tokenization}.
 *
 * <p>The replacements run over the whole text one after the other, as they do there.
 */
final class SpacesCleanUp {

    private static final String[][] REPLACEMENTS = {
        {" .", "."},
        {" ?", "?"},
        {" !", "!"},
        {" ,", ","},
        {" ' ", "'"},
        {" n't", "n't"},
        {" 'm", "'m"},
        {" 's", "'s"},
        {" 've", "'ve"},
        {" 're", "'re"},
    };

    private SpacesCleanUp() {}

    static String clean(String text) {
        String cleaned = text;
        for (String[] replacement : REPLACEMENTS) {
            cleaned = cleaned.replace(replacement[0], replacement[1]);
        }
        return cleaned;
    }
}
