package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.EncodedInput;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.Encoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A full batch of the longest texts, run once before records come: it says how long one takes on this machine, and warms the model.
 *
 * @param time of a batch that is as full as the options allow
 * @param longest tokens of the longest text that is read as one sequence
 */
record BatchTrial(Duration time, int longest) {

    private static final int WORDS = 2_000;
    private static final long WARM_NANOS = 1_000_000_000L;

    /** No time where the task needs more than texts, such as candidates: then nothing is known. */
    static BatchTrial of(TextModel model, ModelOptions options) {
        List<Encoding> batch = batch(model, options);
        if (batch.isEmpty()) {
            return new BatchTrial(Duration.ZERO, 1);
        }
        long nanos = time(model, batch);
        if (nanos < WARM_NANOS) { // the first run had code to compile
            nanos = time(model, batch);
        }
        return new BatchTrial(Duration.ofNanos(nanos), batch.get(0).length());
    }

    private static long time(TextModel model, List<Encoding> batch) {
        long start = System.nanoTime();
        model.infer(batch);
        return System.nanoTime() - start;
    }

    private static List<Encoding> batch(TextModel model, ModelOptions options) {
        List<Encoding> batch = new ArrayList<>();
        int tokens = 0;
        try {
            for (int i = 0; i < options.maxBatchRecords(); i++) {
                Encoding longest = longest(model, i);
                tokens += longest.length();
                if (!batch.isEmpty() && tokens > options.maxBatchTokens()) {
                    break;
                }
                batch.add(longest);
            }
        } catch (ModelException e) {
            if (!e.kind().rejectsInput()) {
                throw e;
            }
            return List.of();
        }
        return batch;
    }

    /** Texts differ, as equal ones are read once. */
    private static Encoding longest(TextModel model, int number) {
        String text =
                IntStream.range(0, WORDS).mapToObj(i -> "word" + (i + number)).collect(Collectors.joining(" "));
        EncodedInput encoded;
        try {
            encoded = model.encode(TextInput.of(text));
        } catch (ModelException e) {
            if (!e.kind().rejectsInput()) {
                throw e;
            }
            encoded = model.encode(
                    new TextInput("word" + number, e.kind() == ModelException.Kind.TOO_LONG ? null : text));
        }
        return encoded.sequences().get(0);
    }
}
