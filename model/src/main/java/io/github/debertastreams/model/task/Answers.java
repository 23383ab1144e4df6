package io.github.debertastreams.model.task;

import java.util.List;

/** The answers to a question that stand in a context, highest score first; none where nothing of the context was read. */
public record Answers(List<Answer> answers) implements Prediction {

    /**
     * One answer.
     *
     * @param answer the tokens decoded, whole words; slice the context by the offsets for the exact text
     * @param score probability of the start times probability of the end
     * @param start UTF-16 index into the context
     * @param end UTF-16 index into the context, exclusive
     */
    public record Answer(String answer, double score, int start, int end) {}

    public Answers {
        answers = List.copyOf(answers);
    }
}
