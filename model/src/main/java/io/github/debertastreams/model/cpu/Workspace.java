package io.github.debertastreams.model.cpu;

/** Scratch arrays of one forward pass; they grow to the largest batch seen and are reused. For one thread at a time. */
final class Workspace {

    float[] hiddenStates = new float[0];
    float[] queryKeyValue = new float[0];
    float[] context = new float[0];
    float[] projected = new float[0];
    float[] intermediate = new float[0];
    /** Keys of one sequence and attention head, transposed: {@code [headSize, keyStride]}, a column per position. */
    float[] keys = new float[0];

    float[] scores = new float[0];
    float[] probabilities = new float[0];

    /** Room for {@code tokens} packed tokens, and for sequences that extend over {@code extent} positions. */
    void ensure(int tokens, int hiddenSize, int intermediateSize, int headSize, int extent) {
        hiddenStates = atLeast(hiddenStates, tokens, hiddenSize);
        queryKeyValue = atLeast(queryKeyValue, tokens, 3 * hiddenSize);
        context = atLeast(context, tokens, hiddenSize);
        projected = atLeast(projected, tokens, hiddenSize);
        intermediate = atLeast(intermediate, tokens, intermediateSize);
        keys = atLeast(keys, extent, headSize);
        scores = atLeast(scores, extent, 1);
        probabilities = atLeast(probabilities, extent, 1);
    }

    private static float[] atLeast(float[] array, int rows, int columns) {
        int needed = Math.multiplyExact(rows, columns);
        return array.length >= needed ? array : new float[needed];
    }
}
