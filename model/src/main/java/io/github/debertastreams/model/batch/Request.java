package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.TextInput;
import io.github.debertastreams.model.head.Prediction;
import io.github.debertastreams.model.token.Encoding;
import java.util.concurrent.CompletableFuture;

/** One input on its way through the queue. */
record Request(
        TextInput input, Encoding encoding, long tokenizeNanos, long queuedAt, CompletableFuture<Outcome> outcome) {

    Request(TextInput input, Encoding encoding, long tokenizeNanos) {
        this(input, encoding, tokenizeNanos, System.nanoTime(), new CompletableFuture<>());
    }

    void complete(Prediction prediction, long batchStart, long inferNanos, int batchSize) {
        Outcome.Timings timings =
                new Outcome.Timings(Math.max(0, batchStart - queuedAt), tokenizeNanos, inferNanos, batchSize);
        outcome.complete(new Outcome.Predicted(prediction, encoding.length(), encoding.truncated(), timings));
    }
}
