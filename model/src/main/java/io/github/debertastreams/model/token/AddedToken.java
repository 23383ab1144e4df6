package io.github.debertastreams.model.token;

/**
 * A token matched in the text before the model sees it. Source: HF {@code AddedToken}.
 *
 * @param singleWord matches only where no word character touches it
 * @param leftStrip swallows the white space before it
 * @param rightStrip swallows the white space after it
 * @param normalized searched in the normalized text, after the tokens that are not
 * @param special left out of decoded text on request
 */
record AddedToken(
        int id,
        String content,
        boolean singleWord,
        boolean leftStrip,
        boolean rightStrip,
        boolean normalized,
        boolean special) {

    AddedToken withId(int newId) {
        return new AddedToken(newId, content, singleWord, leftStrip, rightStrip, normalized, special);
    }

    AddedToken withContent(String newContent) {
        return new AddedToken(id, newContent, singleWord, leftStrip, rightStrip, normalized, special);
    }
}
