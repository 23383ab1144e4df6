package io.github.debertastreams.model.task;

import io.github.debertastreams.model.error.ModelException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a task can be told; each task reads what concerns it. Null stands for the task's own default.
 *
 * @param topK results to report; 0: all. Default: 1 label, 1 answer, 5 tokens for a mask, all candidate labels
 * @param longText what becomes of a text that is longer than the model reads. Default: its beginning is read; question answering
 *     reads windows
 * @param stride tokens that neighbouring windows share. Default: half a window, at most 128
 * @param windowMerge how the scores of windows become one. Default: the mean; for rerank the maximum
 * @param function what turns logits into scores. Default: what the model's problem type says
 * @param aggregation how token labels become entities
 * @param ignoreLabels labels of tokens that are no entities
 * @param candidateLabels of zero-shot classification, for inputs that bring none
 * @param hypothesisTemplate what a candidate label becomes, the label standing for {@code {}}
 * @param multiLabel whether several candidate labels may be true of one text
 * @param targets the only tokens that may stand at a mask, for inputs that bring none; empty: any
 * @param maxAnswerLength most tokens of an answer
 * @param impossibleAnswer whether "no answer" is an answer
 * @param pooling what becomes of the vectors of a text's tokens
 * @param normalize whether vectors are scaled to length 1
 */
public record TaskOptions(
        @Nullable Integer topK,
        @Nullable LongText longText,
        @Nullable Integer stride,
        @Nullable WindowMerge windowMerge,
        @Nullable ScoreFunction function,
        Aggregation aggregation,
        List<String> ignoreLabels,
        List<String> candidateLabels,
        String hypothesisTemplate,
        boolean multiLabel,
        List<String> targets,
        int maxAnswerLength,
        boolean impossibleAnswer,
        Pooling pooling,
        boolean normalize) {

    /** Where the label stands in a hypothesis template. */
    static final String PLACEHOLDER = "{}";

    /** Every option at its default. */
    public static final TaskOptions DEFAULTS = new TaskOptions(
            null,
            null,
            null,
            null,
            null,
            Aggregation.SIMPLE,
            List.of("O"),
            List.of(),
            "This example is {}.",
            false,
            List.of(),
            15,
            false,
            Pooling.MEAN,
            false);

    public TaskOptions {
        Objects.requireNonNull(aggregation, "aggregation");
        Objects.requireNonNull(pooling, "pooling");
        ignoreLabels = List.copyOf(ignoreLabels);
        candidateLabels = List.copyOf(candidateLabels);
        targets = List.copyOf(targets);
        requireAtLeast("top.k", topK, 0);
        requireAtLeast("stride", stride, 0);
        requireAtLeast("max.answer.length", maxAnswerLength, 1);
        if (!hypothesisTemplate.contains(PLACEHOLDER)) {
            throw new IllegalArgumentException(
                    "hypothesis.template is '" + hypothesisTemplate + "', expected {} where the label goes");
        }
    }

    private static void requireAtLeast(String key, @Nullable Integer value, int least) {
        if (value != null && value < least) {
            throw new IllegalArgumentException(key + " is " + value + ", expected " + least + " or more");
        }
    }

    /** As many of the results, best first, as are to be reported. */
    <T> List<T> top(List<T> ranked, int fallback) {
        int most = topK == null ? fallback : topK;
        return most == 0 ? ranked : ranked.subList(0, Math.min(most, ranked.size()));
    }

    /** The candidates of an input, or else those given here. */
    List<String> candidates(TextInput input) {
        List<String> candidates = input.candidates().isEmpty() ? candidateLabels : input.candidates();
        if (candidates.isEmpty()) {
            throw ModelException.invalidInput("neither the input nor the option candidate.labels has candidates");
        }
        return candidates;
    }
}
