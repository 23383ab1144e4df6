package io.github.debertastreams.model.token;

/** Which text gives way when the tokens exceed the maximum length. Source: HF {@code TruncationStrategy}. */
public enum Truncation {
    /** Nothing is cut, whatever the length. */
    NONE,
    /** The longer text is cut first; when both must go, they end up with half each, the odd token to the second. */
    LONGEST_FIRST,
    /** Only the first text is cut. */
    ONLY_FIRST,
    /** Only the second text is cut. */
    ONLY_SECOND
}
