package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.head.MaskedLanguageHead;
import org.jspecify.annotations.Nullable;

/**
 * The head that a graph ends with.
 *
 * @param labels outputs of the classifier, where there is one
 * @param form where the masked-LM head's tensors are; null for another head
 */
public record GraphHead(Kind kind, int labels, MaskedLanguageHead.@Nullable Form form) {

    /** Kinds of heads. */
    public enum Kind {
        EMBEDDING,
        SEQUENCE_CLASSIFICATION,
        MULTIPLE_CHOICE,
        TOKEN_CLASSIFICATION,
        QUESTION_ANSWERING,
        MASKED_LANGUAGE
    }

    public GraphHead {
        if ((kind == Kind.MASKED_LANGUAGE) != (form != null)) {
            throw new IllegalArgumentException("a masked-LM head has a form, and no other does: " + kind + ", " + form);
        }
    }

    /** Whether it reads each text's first token alone. */
    boolean pooled() {
        return kind == Kind.SEQUENCE_CLASSIFICATION || kind == Kind.MULTIPLE_CHOICE;
    }
}
