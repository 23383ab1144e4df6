package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.Answers.Answer;
import io.github.debertastreams.model.token.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Start and end logits of a context's windows to answers. Source: HF {@code QuestionAnsweringPipeline.postprocess} of transformers
 * 4.x with {@code align_to_words}. Used by one thread.
 */
final class AnswerDecoder {

    private static final int CONTEXT = 1;
    /** Widening to words makes one answer of several spans, so more spans than answers are looked at. */
    private static final int MORE_SPANS = 10;

    private final String context;
    private final int clsId;
    private final int topK;
    private final int maxAnswerTokens;
    private final boolean impossibleAnswer;
    /** By lower-cased text: equal answers of several windows or spans are one, their scores added. */
    private final Map<String, Answer> answers = new LinkedHashMap<>();

    private double nullScore = Double.POSITIVE_INFINITY;

    /** A candidate: tokens from {@code start} to {@code end}, both inclusive. */
    private record Span(int start, int end, double score) {}

    /** @param topK answers wanted; 0: all */
    AnswerDecoder(String context, int clsId, int topK, int maxAnswerTokens, boolean impossibleAnswer) {
        this.context = context;
        this.clsId = clsId;
        this.topK = topK;
        this.maxAnswerTokens = maxAnswerTokens;
        this.impossibleAnswer = impossibleAnswer;
    }

    /** Takes a window: one row per token, a start and an end logit. */
    void add(SequenceLogits logits, Encoding window) {
        double[] starts = probabilities(logits, 0, window);
        double[] ends = probabilities(logits, 1, window);
        if (starts.length == 0) {
            return;
        }
        nullScore = Math.min(nullScore, starts[0] * ends[0]);
        List<Span> spans = spans(starts, ends, window);
        int most = topK == 0 ? spans.size() : (int) Math.min(spans.size(), 2L * topK + MORE_SPANS);
        for (Span span : spans.subList(0, most)) {
            Answer answer = answer(span, window);
            answers.merge(
                    answer.answer().toLowerCase(Locale.ROOT),
                    answer,
                    (known, other) ->
                            new Answer(known.answer(), known.score() + other.score(), known.start(), known.end()));
        }
    }

    /** The best answers of all windows; "no answer" is an empty one with the score of the window that has most to say. */
    Answers answers() {
        List<Answer> ranked = new ArrayList<>(answers.values());
        if (impossibleAnswer) {
            ranked.add(new Answer("", nullScore, 0, 0));
        }
        ranked.sort(Comparator.comparingDouble(Answer::score).reversed());
        return new Answers(topK == 0 ? ranked : ranked.subList(0, Math.min(topK, ranked.size())));
    }

    private List<Span> spans(double[] starts, double[] ends, Encoding window) {
        int[] sequenceIds = window.sequenceIds();
        List<Span> spans = new ArrayList<>();
        for (int start = 0; start < starts.length; start++) {
            int length = Math.min(starts.length - start, maxAnswerTokens);
            for (int end = start; sequenceIds[start] == CONTEXT && end < start + length; end++) {
                double score = starts[start] * ends[end];
                if (sequenceIds[end] == CONTEXT && (float) score > 0) {
                    spans.add(new Span(start, end, score));
                }
            }
        }
        spans.sort(Comparator.comparingDouble(Span::score).reversed());
        return spans;
    }

    /** Softmax over the context and the token that stands for "no answer"; all else counts nothing. */
    private double[] probabilities(SequenceLogits logits, int column, Encoding window) {
        int[] sequenceIds = window.sequenceIds();
        int[] ids = window.inputIds();
        float[] kept = new float[window.length()];
        for (int token = 0; token < kept.length; token++) {
            kept[token] = sequenceIds[token] == CONTEXT || ids[token] == clsId
                    ? logits.get(token, column)
                    : Float.NEGATIVE_INFINITY;
        }
        return Scores.softmax(kept, 0, kept.length);
    }

    /** Widened to what the window has of the first and the last token's words. */
    private Answer answer(Span span, Encoding window) {
        int first = span.start();
        while (sameWord(window, first, first - 1)) {
            first--;
        }
        int last = span.end();
        while (sameWord(window, last, last + 1)) {
            last++;
        }
        int start = window.charOffsets()[2 * first];
        int end = window.charOffsets()[2 * last + 1];
        return new Answer(context.substring(start, end), span.score(), start, end);
    }

    private static boolean sameWord(Encoding window, int token, int neighbour) {
        return neighbour >= 0
                && neighbour < window.length()
                && window.sequenceIds()[neighbour] == CONTEXT
                && window.wordIds()[neighbour] == window.wordIds()[token];
    }
}
