package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.ModelConfig;

/** Scratch arrays of one forward pass; they grow to the largest batch seen and are reused. For one thread at a time. */
final class Workspace {

    /** Output of the layer before, {@code [Σ T, H]}. */
    float[] hiddenStates = new float[0];

    float[] queries = new float[0];
    float[] keys = new float[0];
    float[] values = new float[0];
    float[] context = new float[0];
    float[] attended = new float[0];
    float[] intermediate = new float[0];
    /** Keys of one sequence, transposed: {@code [headSize, extent]} of an attention head, of all in turn where they talk. */
    float[] keyColumns = new float[0];
    /** Attention scores of one query, {@code [extent]} of an attention head, of all in turn where they talk. */
    float[] scores = new float[0];
    /** The scores once mixed over attention heads, where they talk. */
    float[] mixedScores = new float[0];
    /** Attention probabilities of one query without the holes. */
    float[] probabilities = new float[0];

    /** Room for {@code tokens} packed tokens, and for sequences that extend over {@code extent} positions. */
    void ensure(ModelConfig config, int tokens, int extent) {
        AttentionConfig attention = config.attention();
        int headsAtOnce = attention.talkingHeads() ? attention.numHeads() : 1;
        hiddenStates = atLeast(hiddenStates, tokens, config.hiddenSize());
        queries = atLeast(queries, tokens, attention.width());
        keys = atLeast(keys, tokens, attention.width());
        values = atLeast(values, tokens, attention.width());
        context = atLeast(context, tokens, attention.width());
        attended = atLeast(attended, tokens, config.hiddenSize());
        intermediate = atLeast(intermediate, tokens, config.intermediateSize());
        keyColumns = atLeast(keyColumns, extent, headsAtOnce * attention.headSize());
        scores = atLeast(scores, extent, headsAtOnce);
        mixedScores = atLeast(mixedScores, attention.talkingHeads() ? extent : 0, headsAtOnce);
        probabilities = atLeast(probabilities, extent, 1);
    }

    private static float[] atLeast(float[] array, int rows, int columns) {
        int needed = Math.multiplyExact(rows, columns);
        return array.length >= needed ? array : new float[needed];
    }
}
