package io.github.debertastreams.model.token;

/** Where a batch of token sequences is cut: by count and by real tokens. */
public record BatchLimits(int maxRecords, int maxTokens) {

    /** Whether one more sequence fits; a batch always takes a first one. */
    public boolean admits(int records, int tokens, int length) {
        return records == 0 || (records < maxRecords && tokens + length <= maxTokens);
    }
}
