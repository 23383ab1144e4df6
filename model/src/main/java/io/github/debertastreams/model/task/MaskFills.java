package io.github.debertastreams.model.task;

import java.util.List;

/** What may stand at the masks of a text: for each mask, in the text's order, its candidates, highest score first. */
public record MaskFills(List<List<Fill>> masks) implements Prediction {

    /**
     * One candidate.
     *
     * @param score its probability at this mask, whatever stands at the others
     * @param token its id
     * @param tokenText the token decoded
     * @param sequence the text with the token at this mask, decoded; without special tokens where it has one mask
     */
    public record Fill(double score, int token, String tokenText, String sequence) {}

    public MaskFills {
        masks = masks.stream().map(List::copyOf).toList();
        if (masks.isEmpty()) {
            throw new IllegalArgumentException("there is at least one mask");
        }
    }
}
