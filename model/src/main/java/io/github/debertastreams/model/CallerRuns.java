package io.github.debertastreams.model;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.BatchLimits;
import io.github.debertastreams.model.token.Encoding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inputs in batches, one after the other, on the thread that calls. For one call. */
final class CallerRuns {

    private static final Logger log = LoggerFactory.getLogger(CallerRuns.class);

    private final TextModel model;
    private final BatchLimits limits;
    private final List<@Nullable Outcome> outcomes;
    private final List<Part> batch = new ArrayList<>();
    private int tokens;

    /** One sequence of the input of this index. */
    private record Part(int index, PendingInput input, int sequence) {

        Encoding encoding() {
            return input.sequence(sequence);
        }
    }

    private CallerRuns(TextModel model, BatchLimits limits, int inputs) {
        this.model = model;
        this.limits = limits;
        this.outcomes = new ArrayList<>(Collections.nCopies(inputs, null));
    }

    /** One outcome for each input, in order. */
    static List<Outcome> predict(TextModel model, BatchLimits limits, List<TextInput> inputs) {
        CallerRuns run = new CallerRuns(model, limits, inputs.size());
        for (int index = 0; index < inputs.size(); index++) {
            run.add(index, inputs.get(index));
        }
        run.flush();
        return run.outcomes.stream().map(Objects::requireNonNull).toList();
    }

    private void add(int index, TextInput input) {
        PendingInput pending;
        try {
            pending = PendingInput.encode(model, input, System.nanoTime());
        } catch (ModelException e) {
            outcomes.set(index, Outcome.Rejected.causedBy(e).orElseThrow(() -> e));
            return;
        }
        for (int sequence = 0; sequence < pending.input().sequences().size(); sequence++) {
            int length = pending.sequence(sequence).length();
            if (!limits.admits(batch.size(), tokens, length)) {
                flush();
            }
            batch.add(new Part(index, pending, sequence));
            tokens += length;
        }
    }

    private void flush() {
        run(batch);
        batch.clear();
        tokens = 0;
    }

    private void run(List<Part> parts) {
        if (parts.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        List<SequenceLogits> logits;
        try {
            logits = model.infer(parts.stream().map(Part::encoding).toList());
        } catch (RuntimeException e) {
            fail(parts, e);
            return;
        }
        PendingInput.Batch ran = new PendingInput.Batch(start, System.nanoTime() - start, parts.size());
        for (int row = 0; row < parts.size(); row++) {
            Part part = parts.get(row);
            try {
                Outcome outcome = part.input().put(part.sequence(), logits.get(row), ran);
                if (outcome != null) {
                    outcomes.set(part.index(), outcome);
                }
            } catch (RuntimeException e) {
                fail(List.of(part), e);
            }
        }
    }

    /** A failure that an input can cause is looked for in halves, until one sequence is left to blame. */
    private void fail(List<Part> parts, RuntimeException failure) {
        Optional<Outcome.Rejected> rejected = Outcome.Rejected.causedBy(failure);
        if (rejected.isEmpty()) {
            throw failure;
        }
        log.debug("a batch of {} failed", parts.size(), failure);
        if (parts.size() == 1) {
            outcomes.set(parts.get(0).index(), rejected.get());
        } else {
            run(parts.subList(0, parts.size() / 2));
            run(parts.subList(parts.size() / 2, parts.size()));
        }
    }
}
