package io.github.debertastreams.model.task;

import java.util.List;

/** The entities of a text, in the text's order. */
public record Entities(List<Entity> entities) implements Prediction {

    /**
     * One entity.
     *
     * @param group entity type without its B- or I- prefix, or the label itself where nothing was aggregated
     * @param score mean probability of the entity's tokens, or words
     * @param word the tokens decoded, as Hugging Face's pipeline reports them; slice the text by the offsets for the exact text
     * @param start UTF-16 index into the text
     * @param end UTF-16 index into the text, exclusive
     * @param index of the token in its sequence, special ones counted, where nothing was aggregated; otherwise -1
     */
    public record Entity(String group, double score, String word, int start, int end, int index) {

        public Entity(String group, double score, String word, int start, int end) {
            this(group, score, word, start, end, -1);
        }
    }

    public Entities {
        entities = List.copyOf(entities);
    }
}
