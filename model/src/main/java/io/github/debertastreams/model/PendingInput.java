package io.github.debertastreams.model;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.EncodedInput;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.Encoding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One encoded input whose sequences are read in one or several batches, in any order, by one or several threads: keeps the logits
 * until all are there.
 */
public final class PendingInput {

    private final TextModel model;
    private final EncodedInput input;
    private final long tokenizeNanos;
    private final long submittedAt;
    private final List<@Nullable SequenceLogits> logits;
    private int missing;
    private long firstBatchAt = Long.MAX_VALUE;
    private long inferNanos;

    /** @param submittedAt when the input began to wait for a batch, in {@link System#nanoTime()} */
    public PendingInput(TextModel model, EncodedInput input, long tokenizeNanos, long submittedAt) {
        this.model = model;
        this.input = input;
        this.tokenizeNanos = tokenizeNanos;
        this.submittedAt = submittedAt;
        this.missing = input.sequences().size();
        this.logits = new ArrayList<>(Collections.nCopies(missing, null));
    }

    /**
     * Encodes an input on the calling thread; from now on it waits for a batch.
     *
     * @param start when the work on it began, in {@link System#nanoTime()}
     * @throws io.github.debertastreams.model.error.ModelException where it cannot be read
     */
    public static PendingInput encode(TextModel model, TextInput input, long start) {
        EncodedInput encoded = model.encode(input);
        long now = System.nanoTime();
        return new PendingInput(model, encoded, now - start, now);
    }

    public EncodedInput input() {
        return input;
    }

    /** One of the input's sequences. */
    public Encoding sequence(int index) {
        return input.sequences().get(index);
    }

    /** When the input began to wait, in {@link System#nanoTime()}. */
    public long submittedAt() {
        return submittedAt;
    }

    /**
     * Takes the logits of one sequence from a batch.
     *
     * @return the outcome, where these were the last logits missing; null where others are still to come
     */
    public @Nullable Outcome put(int sequence, SequenceLogits sequenceLogits, Batch batch) {
        Outcome.Timings timings;
        synchronized (this) {
            if (logits.set(sequence, sequenceLogits) != null) {
                throw new IllegalStateException("sequence " + sequence + " was read twice");
            }
            if (firstBatchAt == Long.MAX_VALUE || batch.startedAt() - firstBatchAt < 0) {
                firstBatchAt = batch.startedAt();
            }
            inferNanos += batch.inferNanos();
            if (--missing > 0) {
                return null;
            }
            timings = new Outcome.Timings(
                    Math.max(0, firstBatchAt - submittedAt), tokenizeNanos, inferNanos, batch.sequences());
        }
        List<SequenceLogits> complete =
                logits.stream().map(Objects::requireNonNull).toList();
        return new Outcome.Predicted(model.decode(input, complete), input.tokens(), input.truncated(), timings);
    }

    /**
     * A batch that was run.
     *
     * @param startedAt in {@link System#nanoTime()}
     * @param sequences in the batch
     */
    public record Batch(long startedAt, long inferNanos, int sequences) {}
}
