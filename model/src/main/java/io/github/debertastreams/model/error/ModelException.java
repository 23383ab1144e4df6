package io.github.debertastreams.model.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one exception of the model module. Hosts branch on {@link #kind()}, never on the text. */
public final class ModelException extends RuntimeException {

    /** What a host should do about a failure. */
    public enum Kind {
        /** The text or tensor given is at fault: reject this record, go on with its neighbours. */
        INVALID_INPUT,
        /** The text is longer than may be read: reject this record, go on with its neighbours. */
        TOO_LONG,
        /** The model failed on this input and on no other of its batch: reject this record, go on with its neighbours. */
        FAILED_INPUT,
        /** The model directory is at fault: stop at start. */
        BUNDLE,
        /** The backend failed: retry, or fail the task; nothing is wrong with the record. */
        BACKEND;

        /** Whether one input is at fault, so that it alone is rejected. */
        public boolean rejectsInput() {
            return this == INVALID_INPUT || this == TOO_LONG || this == FAILED_INPUT;
        }
    }

    private final Kind kind;

    public ModelException(Kind kind, String message) {
        this(kind, message, null);
    }

    public ModelException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** A failure that the text or tensor given explains. */
    public static ModelException invalidInput(String message) {
        return new ModelException(Kind.INVALID_INPUT, message);
    }

    /** A failure that the model directory explains. */
    public static ModelException bundle(String message) {
        return new ModelException(Kind.BUNDLE, message);
    }

    public Kind kind() {
        return kind;
    }
}
