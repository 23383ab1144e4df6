package io.github.debertastreams.model;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.Prediction;
import java.util.Objects;
import java.util.Optional;

/** What became of one input: a prediction, or the reason why there is none. */
public sealed interface Outcome {

    /**
     * A prediction.
     *
     * @param tokenCount tokens the model read in all sequences of this input, special tokens included
     * @param truncated whether the text was longer than the model reads
     */
    record Predicted(Prediction prediction, int tokenCount, boolean truncated, Timings timings) implements Outcome {
        public Predicted {
            Objects.requireNonNull(prediction, "prediction");
            Objects.requireNonNull(timings, "timings");
        }
    }

    /** A refusal of this input alone. */
    record Rejected(ModelException.Kind kind, String reason) implements Outcome {
        public Rejected {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(reason, "reason");
        }

        /**
         * What an input is told that has caused this failure of the model, if any input can have caused it: an error of the machine, or
         * what the model itself calls its own failure, is nobody's fault.
         */
        public static Optional<Rejected> causedBy(Throwable failure) {
            if (failure instanceof ModelException e) {
                return e.kind().rejectsInput()
                        ? Optional.of(new Rejected(e.kind(), String.valueOf(e.getMessage())))
                        : Optional.empty();
            }
            return failure instanceof RuntimeException
                    ? Optional.of(new Rejected(ModelException.Kind.FAILED_INPUT, failure.toString()))
                    : Optional.empty();
        }
    }

    /**
     * Where the time of one prediction went.
     *
     * @param queueNanos from submission to the start of its first batch, tokenizing excluded
     * @param tokenizeNanos spent on tokenizing this input
     * @param inferNanos spent by the model on the batches that held sequences of this input, each as a whole
     * @param batchSize sequences in the last of these batches
     */
    record Timings(long queueNanos, long tokenizeNanos, long inferNanos, int batchSize) {}
}
