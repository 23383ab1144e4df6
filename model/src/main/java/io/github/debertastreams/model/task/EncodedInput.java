package io.github.debertastreams.model.task;

import io.github.debertastreams.model.token.Encoding;
import java.util.List;
import java.util.Objects;

/**
 * One input and the sequences that the model reads for it: one, or the windows of a long text, or one per candidate.
 *
 * @param truncated whether something of the text is in no sequence
 */
public record EncodedInput(TextInput input, List<Encoding> sequences, boolean truncated) {

    public EncodedInput {
        Objects.requireNonNull(input, "input");
        sequences = List.copyOf(sequences);
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("an input has at least one sequence");
        }
    }

    /** Tokens of all sequences, special ones included. */
    public int tokens() {
        int tokens = 0;
        for (Encoding sequence : sequences) {
            tokens += sequence.length();
        }
        return tokens;
    }
}
