package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.PendingInput;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.token.Encoding;
import org.jspecify.annotations.Nullable;

/** One sequence of a request, as a part of a batch. */
record Part(Request request, int sequence) {

    Encoding encoding() {
        return request.pending().sequence(sequence);
    }

    /** The request's outcome, where this was its last part. */
    @Nullable
    Outcome put(SequenceLogits logits, PendingInput.Batch batch) {
        return request.pending().put(sequence, logits, batch);
    }
}
