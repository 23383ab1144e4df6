package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.PendingInput;
import java.util.concurrent.CompletableFuture;

/** One input on its way through the queue. */
record Request(PendingInput pending, CompletableFuture<Outcome> outcome) {

    Request(PendingInput pending) {
        this(pending, new CompletableFuture<>());
    }

    int sequences() {
        return pending.input().sequences().size();
    }
}
