package io.github.debertastreams.model.task;

import java.util.List;

/** The entities of a text, in the text's order. */
public record Entities(List<Entity> entities) implements Prediction {

    /**
     * One entity.
     *
     * @param group entity type without its B- or I- prefix, or the tag itself where nothing was aggregated
     * @param score mean probability of the entity's tokens
     * @param word the tokens decoded, as Hugging Face's pipeline reports them; slice the text by the offsets for the exact text
     * @param start UTF-16 index into the text
     * @param end UTF-16 index into the text, exclusive
     */
    public record Entity(String group, double score, String word, int start, int end) {}

    public Entities {
        entities = List.copyOf(entities);
    }
}
