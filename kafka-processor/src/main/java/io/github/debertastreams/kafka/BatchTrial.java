package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.EncodedInput;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.BatchLimits;
import io.github.debertastreams.model.token.Encoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A full batch of the longest texts, run once before records come: it says how long one takes on this machine, and warms the model.
 *
 * @param time of a batch that is as full as the options allow
 * @param longest tokens of its longest sequence
 * @param sequences that are read of one text: its windows, or one for each candidate label
 */
record BatchTrial(Duration time, int longest, int sequences) {

    /** Longer texts are cut or refused, or are read in windows without an end. */
    private static final int WORDS = 2_000;

    private static final long WARM_NANOS = 1_000_000_000L;

    /** No time where the task needs more than texts, such as candidates: then nothing is known. */
    static BatchTrial of(TextModel model, ModelOptions options) {
        List<EncodedInput> texts = texts(model, options);
        if (texts.isEmpty()) {
            return new BatchTrial(Duration.ZERO, 1, 1);
        }
        List<Encoding> batch = batch(texts, options);
        long nanos = time(model, batch);
        if (nanos < WARM_NANOS) { // the first run had code to compile
            nanos = time(model, batch);
        }
        int longest = batch.stream().mapToInt(Encoding::length).max().orElse(1);
        return new BatchTrial(
                Duration.ofNanos(nanos), longest, texts.get(0).sequences().size());
    }

    private static long time(TextModel model, List<Encoding> batch) {
        long start = System.nanoTime();
        model.infer(batch);
        return System.nanoTime() - start;
    }

    /** Enough of the longest texts for a batch; none where the task needs more than texts. */
    private static List<EncodedInput> texts(TextModel model, ModelOptions options) {
        List<EncodedInput> texts = new ArrayList<>();
        int sequences = 0;
        int tokens = 0;
        while (sequences < options.maxBatchRecords() && tokens < options.maxBatchTokens()) {
            EncodedInput text = longest(model, texts.size());
            if (text == null) {
                return List.of();
            }
            texts.add(text);
            sequences += text.sequences().size();
            tokens += text.tokens();
        }
        return texts;
    }

    private static List<Encoding> batch(List<EncodedInput> texts, ModelOptions options) {
        BatchLimits limits = new BatchLimits(options.maxBatchRecords(), options.maxBatchTokens());
        List<Encoding> batch = new ArrayList<>();
        int tokens = 0;
        for (EncodedInput text : texts) {
            for (Encoding sequence : text.sequences()) {
                if (!limits.admits(batch.size(), tokens, sequence.length())) {
                    return batch;
                }
                tokens += sequence.length();
                batch.add(sequence);
            }
        }
        return batch;
    }

    /** The longest text that is accepted, or pair where texts are refused; null where both are. */
    private static @Nullable EncodedInput longest(TextModel model, int number) {
        try {
            return longest(words -> model.encode(TextInput.of(text(number, words))));
        } catch (ModelException e) {
            requireRejection(e);
        }
        try {
            return longest(words -> model.encode(new TextInput("word" + number, text(number, words))));
        } catch (ModelException e) {
            requireRejection(e);
            return null;
        }
    }

    /** Under {@code long.text=reject} the number of words that is just not too many is looked for in halves. */
    private static @Nullable EncodedInput longest(IntFunction<EncodedInput> encode) {
        EncodedInput longest = null;
        int accepted = 0;
        int tooLong = WORDS + 1;
        for (int words = WORDS; words > accepted; words = (accepted + tooLong) / 2) {
            try {
                longest = encode.apply(words);
                accepted = words;
            } catch (ModelException e) {
                if (e.kind() != ModelException.Kind.TOO_LONG) {
                    throw e;
                }
                tooLong = words;
            }
        }
        return longest;
    }

    private static void requireRejection(ModelException failure) {
        if (!failure.kind().rejectsInput()) {
            throw failure;
        }
    }

    /** Texts differ, as equal ones are read once. */
    private static String text(int number, int words) {
        return IntStream.range(0, words).mapToObj(i -> "word" + (i + number)).collect(Collectors.joining(" "));
    }
}
