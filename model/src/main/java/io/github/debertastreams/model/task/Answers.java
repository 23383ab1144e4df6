package io.github.debertastreams.model.task;

import java.util.List;

/**
 * The answers to a question that stand in a context, highest score first; none where nothing of the context was read. Where "no
 * answer" is one, it is empty and stands at 0.
 */
public record Answers(List<Answer> answers) implements Prediction {

    /**
     * One answer.
     *
     * @param answer what stands between the offsets, whole words
     * @param score probability of the start times probability of the end, added up over spans and windows with the same answer
     * @param start UTF-16 index into the context
     * @param end UTF-16 index into the context, exclusive
     */
    public record Answer(String answer, double score, int start, int end) {}

    public Answers {
        answers = List.copyOf(answers);
    }
}
