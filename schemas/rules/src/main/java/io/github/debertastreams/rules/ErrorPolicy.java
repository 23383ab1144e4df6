package io.github.debertastreams.rules;

import io.github.debertastreams.schemas.ErrorKind;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of records without a prediction, by kind. A device that fails or memory that runs out is no failure of a record:
 * that always fails the task.
 *
 * @param deadLetterTopic null where no kind goes there
 */
public record ErrorPolicy(
        Map<ErrorKind, OnError> byKind, @Nullable String deadLetterTopic) implements Serializable {

    /** The kinds with a key of their own in every host; for others a host declares them. */
    static final List<ErrorKind> CONFIGURABLE = List.of(
            ErrorKind.UNDECODABLE,
            ErrorKind.NO_TEXT,
            ErrorKind.TOO_LONG,
            ErrorKind.INVALID_INPUT,
            ErrorKind.MODEL_ERROR);

    /** An error takes the prediction's place, whatever its kind. */
    public static final ErrorPolicy ERROR_RECORDS = new ErrorPolicy(Map.of(), null);

    public ErrorPolicy {
        byKind = Map.copyOf(byKind);
        if (byKind.containsValue(OnError.DEAD_LETTER) && deadLetterTopic == null) {
            throw new IllegalArgumentException("errors go to dead letters, but there is no topic for them");
        }
    }

    static ErrorPolicy from(RuleValues values) {
        OnError fallback = values.choice(RuleKeys.ON_ERROR, OnError.class, OnError.ERROR_RECORD);
        Map<ErrorKind, OnError> byKind = new EnumMap<>(ErrorKind.class);
        for (ErrorKind kind : ErrorKind.values()) {
            byKind.put(kind, values.choice(RuleKeys.onError(kind), OnError.class, fallback));
        }
        boolean deadLetters = byKind.containsValue(OnError.DEAD_LETTER);
        if (!deadLetters && values.has(RuleKeys.DEAD_LETTER_TOPIC)) {
            throw new IllegalArgumentException(values.name(RuleKeys.DEAD_LETTER_TOPIC) + " is set, but no "
                    + RuleKeys.ON_ERROR + " is dead-letter: nothing would go there");
        }
        return new ErrorPolicy(byKind, deadLetters ? values.required(RuleKeys.DEAD_LETTER_TOPIC) : null);
    }

    public OnError of(ErrorKind kind) {
        return byKind.getOrDefault(kind, OnError.ERROR_RECORD);
    }
}
