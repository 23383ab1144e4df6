package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.Entities.Entity;
import io.github.debertastreams.model.token.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * BIO tags to entities. Source: HF {@code TokenClassificationPipeline}, {@code aggregation_strategy} none and simple, {@code
 * ignore_labels} O.
 */
record EntityDecoder(List<String> labels, boolean aggregate) {

    private static final String OUTSIDE = "O";

    /** A token with its most probable label. */
    private record Tagged(String label, double score, int token) {

        boolean begins() {
            return label.startsWith("B-");
        }

        /** The label without its B- or I-. */
        String type() {
            return label.startsWith("B-") || label.startsWith("I-") ? label.substring(2) : label;
        }
    }

    /** Entities of one text. */
    Entities decode(SequenceLogits logits, Encoding encoding, TokenSpelling spelling) {
        List<Entity> entities = new ArrayList<>();
        List<Tagged> open = new ArrayList<>();
        for (int token = 0; token < encoding.length(); token++) {
            if (encoding.specialTokensMask()[token] == 0) {
                Tagged next = tag(logits, token);
                boolean continues = aggregate
                        && !open.isEmpty()
                        && !next.begins()
                        && next.type().equals(open.get(open.size() - 1).type());
                if (!continues) {
                    close(open, encoding, spelling, entities);
                }
                open.add(next);
            }
        }
        close(open, encoding, spelling, entities);
        return new Entities(entities);
    }

    private Tagged tag(SequenceLogits logits, int token) {
        double[] probabilities = Scores.softmax(logits.values(), logits.rowOffset(token), logits.columns());
        int best = 0;
        for (int label = 1; label < probabilities.length; label++) {
            if (probabilities[label] > probabilities[best]) {
                best = label;
            }
        }
        return new Tagged(labels.get(best), probabilities[best], token);
    }

    private void close(List<Tagged> open, Encoding encoding, TokenSpelling spelling, List<Entity> entities) {
        if (!open.isEmpty() && !open.get(0).label().equals(OUTSIDE)) {
            int first = open.get(0).token();
            int last = open.get(open.size() - 1).token();
            double score = open.stream().mapToDouble(Tagged::score).average().orElseThrow();
            entities.add(new Entity(
                    aggregate ? open.get(0).type() : open.get(0).label(),
                    score,
                    aggregate
                            ? spelling.text(Arrays.copyOfRange(encoding.inputIds(), first, last + 1))
                            : spelling.token(encoding.inputIds()[first]),
                    encoding.charOffsets()[2 * first],
                    encoding.charOffsets()[2 * last + 1]));
        }
        open.clear();
    }
}
