package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.task.TokenEmbeddings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes of inputs seen lately, the one longest unused forgotten first. An input that is being read is not read a second time, and is
 * given up when all who wait for it have cancelled. What failed is not remembered, nor are vectors of every token, which take a hundred
 * times the text. Threads may share it.
 */
final class OutcomeCache {

    /** Of text, pair and candidates. A longer input is hardly sent twice, and a thousand of them would fill the heap. */
    private static final int MAX_CHARACTERS = 4_096;

    private final int maxRecords;
    private final ServiceStatistics statistics;
    private final Map<TextInput, Shared> outcomes;

    /** An outcome, and for how many it is read. */
    private static final class Shared {
        private final CompletableFuture<Outcome> outcome;
        private int waiting = 1;

        Shared(CompletableFuture<Outcome> outcome) {
            this.outcome = outcome;
        }
    }

    /** @param maxRecords 0: nothing is remembered */
    OutcomeCache(int maxRecords, ServiceStatistics statistics) {
        this.maxRecords = maxRecords;
        this.statistics = statistics;
        this.outcomes = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<TextInput, Shared> eldest) {
                return size() > maxRecords;
            }
        };
    }

    CompletableFuture<Outcome> getOrCompute(TextInput input, Supplier<CompletableFuture<Outcome>> compute) {
        if (maxRecords == 0 || characters(input) > MAX_CHARACTERS) {
            return compute.get();
        }
        synchronized (outcomes) {
            Shared known = outcomes.get(input);
            if (known != null) {
                statistics.cacheHit();
                if (known.outcome.isDone()) {
                    return known.outcome.thenApply(OutcomeCache::remembered);
                }
                known.waiting++;
                return await(input, known);
            }
        }
        Shared computed = new Shared(compute.get()); // two threads may both come here: either serves
        statistics.cacheMiss();
        synchronized (outcomes) {
            outcomes.put(input, computed);
        }
        computed.outcome.whenComplete((outcome, failure) -> {
            if (!isSmall(outcome)) {
                forget(input, computed);
            }
        });
        return await(input, computed);
    }

    /** For one of those who wait: whoever cancels it takes it from nobody else. */
    private CompletableFuture<Outcome> await(TextInput input, Shared shared) {
        CompletableFuture<Outcome> mine = shared.outcome.copy();
        mine.whenComplete((outcome, failure) -> {
            if (mine.isCancelled() && isLast(input, shared)) {
                shared.outcome.cancel(false);
            }
        });
        return mine;
    }

    private boolean isLast(TextInput input, Shared shared) {
        synchronized (outcomes) {
            if (--shared.waiting > 0) {
                return false;
            }
            forget(input, shared); // before another one waits for it
            return true;
        }
    }

    private void forget(TextInput input, Shared shared) {
        synchronized (outcomes) {
            outcomes.remove(input, shared);
        }
    }

    private static long characters(TextInput input) {
        String pair = input.textPair();
        long characters = input.text().length() + (pair == null ? 0L : pair.length());
        for (String candidate : input.candidates()) {
            characters += candidate.length();
        }
        return characters;
    }

    /** Whether this is a prediction that many can be kept of. */
    private static boolean isSmall(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Predicted predicted && !(predicted.prediction() instanceof TokenEmbeddings);
    }

    /** The outcome without the times of the record that it was made for. */
    private static Outcome remembered(Outcome outcome) {
        return outcome instanceof Outcome.Predicted predicted
                ? new Outcome.Predicted(
                        predicted.prediction(),
                        predicted.tokenCount(),
                        predicted.truncated(),
                        new Outcome.Timings(0, 0, 0, 0))
                : outcome;
    }
}
