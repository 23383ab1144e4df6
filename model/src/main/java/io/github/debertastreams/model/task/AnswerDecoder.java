package io.github.debertastreams.model.task;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.Answers.Answer;
import io.github.debertastreams.model.token.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Start and end logits to answers, for one window. Source: HF {@code QuestionAnsweringPipeline.postprocess} and {@code decode_spans}
 * (transformers 4.x), {@code align_to_words}, without the null answer.
 */
record AnswerDecoder(int topK) {

    private static final int CONTEXT = 1;
    private static final int MAX_ANSWER_TOKENS = 15;

    /** A candidate: tokens from {@code start} to {@code end}, both inclusive. */
    private record Span(int start, int end, double score) {}

    /** Answers of one text. */
    Answers decode(SequenceLogits logits, Encoding encoding, TokenSpelling spelling) {
        double[] starts = probabilities(logits, 0, encoding);
        double[] ends = probabilities(logits, 1, encoding);
        List<Span> spans = new ArrayList<>();
        for (int start = 0; start < encoding.length(); start++) {
            int last = Math.min(encoding.length(), start + MAX_ANSWER_TOKENS);
            for (int end = start; inContext(encoding, start) && end < last; end++) {
                if (inContext(encoding, end)) {
                    spans.add(new Span(start, end, starts[start] * ends[end]));
                }
            }
        }
        spans.sort(Comparator.comparingDouble(Span::score).reversed());
        return new Answers(spans.subList(0, Math.min(topK, spans.size())).stream()
                .map(span -> answer(span, encoding, spelling))
                .toList());
    }

    private static boolean inContext(Encoding encoding, int token) {
        return encoding.sequenceIds()[token] == CONTEXT;
    }

    /** Softmax over the context and the first token, which stands for "no answer"; all else counts nothing. */
    private static double[] probabilities(SequenceLogits logits, int column, Encoding encoding) {
        float[] kept = new float[encoding.length()];
        for (int token = 0; token < kept.length; token++) {
            kept[token] =
                    token == 0 || inContext(encoding, token) ? logits.get(token, column) : Float.NEGATIVE_INFINITY;
        }
        return Scores.softmax(kept, 0, kept.length);
    }

    /** Widened to whole words. */
    private static Answer answer(Span span, Encoding encoding, TokenSpelling spelling) {
        int first = span.start();
        while (sameWord(encoding, first, first - 1)) {
            first--;
        }
        int last = span.end();
        while (sameWord(encoding, last, last + 1)) {
            last++;
        }
        return new Answer(
                spelling.text(Arrays.copyOfRange(encoding.inputIds(), first, last + 1)),
                span.score(),
                encoding.charOffsets()[2 * first],
                encoding.charOffsets()[2 * last + 1]);
    }

    private static boolean sameWord(Encoding encoding, int token, int neighbour) {
        return neighbour >= 0
                && neighbour < encoding.length()
                && inContext(encoding, neighbour)
                && encoding.wordIds()[neighbour] == encoding.wordIds()[token];
    }
}
