package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A unigram vocabulary as read from a model directory: a piece's id is its place in the lists. Source: HF {@code Unigram}.
 *
 * @param scores logarithms of the pieces' probabilities
 * @param unknownId stands for what no piece covers
 * @param byteFallback whether what no piece covers becomes one piece for each byte, such as {@code <0x41>}, if the vocabulary has them
 */
record UnigramModel(List<String> pieces, double[] scores, int unknownId, boolean byteFallback) {

    /** A piece can match at every place of a text, so its length bounds the work for each letter. */
    private static final int LONGEST_PIECE = 1024;

    /** Checks what a file says; {@code where} names it in messages. */
    static UnigramModel of(String where, List<String> pieces, double[] scores, int unknownId, boolean byteFallback) {
        if (unknownId < 0 || unknownId >= pieces.size()) {
            throw ModelException.bundle(where + ": unk_id is " + unknownId + ", expected 0 to " + (pieces.size() - 1));
        }
        for (int id = 0; id < scores.length; id++) {
            if (!Double.isFinite(scores[id])) {
                throw ModelException.bundle(where + ": piece " + id + " has the score " + scores[id]);
            }
            if (pieces.get(id).length() > LONGEST_PIECE) {
                throw ModelException.bundle(where + ": piece " + id + " has "
                        + pieces.get(id).length() + " letters, expected at most " + LONGEST_PIECE);
            }
        }
        return new UnigramModel(pieces, scores, unknownId, byteFallback);
    }

    /** Pieces to ids. Two equal pieces are the file's fault. */
    Map<String, Integer> vocabulary(String where) {
        Map<String, Integer> ids = new HashMap<>(2 * pieces.size());
        for (int id = 0; id < pieces.size(); id++) {
            if (ids.putIfAbsent(pieces.get(id), id) != null) {
                throw ModelException.bundle(where + ": piece " + id + " '" + pieces.get(id)
                        + "' is there twice, first as " + ids.get(pieces.get(id)));
            }
        }
        return ids;
    }
}
