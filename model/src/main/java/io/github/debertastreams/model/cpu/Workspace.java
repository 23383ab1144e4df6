package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.kernel.Kernels;

/** Scratch arrays of one forward pass; they grow to the largest batch seen and are reused. For one thread at a time. */
final class Workspace {

    /** Rows that go through the feed-forward together: with 3,072 inner values each, 1.4 MB. A multiple of every tile's rows. */
    static final int FEED_FORWARD_ROWS = 120;

    private static final int QUERIES = 128;
    private static final int MOST_SCORES = 1 << 20;

    /** Output of the layer before, {@code [Σ T, H]}. */
    float[] hiddenStates = new float[0];

    float[] queries = new float[0];
    float[] keys = new float[0];
    float[] values = new float[0];
    float[] context = new float[0];
    float[] attended = new float[0];
    float[] intermediate = new float[0];
    /** Keys of one sequence, transposed: {@code [headSize, stride]} of an attention head, of all in turn where they talk. */
    float[] keyColumns = new float[0];
    /** Attention scores of a block of queries, {@code [queries, stride]} of an attention head, of all in turn where they talk. */
    float[] scores = new float[0];
    /** The scores once mixed over attention heads, where they talk. */
    float[] mixedScores = new float[0];
    /** Position scores of a few neighbours, see {@link AttentionRow}. */
    float[] band = new float[0];

    /** Room for {@code tokens} packed tokens, and for sequences that extend over {@code extent} positions. */
    void ensure(Kernels kernels, ModelConfig config, int tokens, int extent) {
        AttentionConfig attention = config.attention();
        int headsAtOnce = attention.talkingHeads() ? attention.numHeads() : 1;
        hiddenStates = atLeast(hiddenStates, tokens, config.hiddenSize());
        queries = atLeast(queries, tokens, attention.width());
        keys = atLeast(keys, tokens, attention.width());
        values = atLeast(values, tokens, attention.width());
        context = atLeast(context, tokens, attention.width());
        int rowsAtOnce = Math.min(tokens, FEED_FORWARD_ROWS);
        attended = atLeast(attended, rowsAtOnce, config.hiddenSize());
        intermediate = atLeast(intermediate, rowsAtOnce, config.intermediateSize());
        int stride = kernels.wholePanels(extent);
        int rows = attention.talkingHeads() ? kernels.tileRows() : queryBlock(kernels, stride);
        keyColumns = atLeast(keyColumns, stride, headsAtOnce * attention.headSize());
        scores = atLeast(scores, stride, headsAtOnce * rows);
        mixedScores = atLeast(mixedScores, attention.talkingHeads() ? stride : 0, headsAtOnce * rows);
        band = atLeast(band, kernels.tileRows(), kernels.wholePanels(Math.max(extent, rows) + kernels.tileRows()));
    }

    /**
     * Queries of a sequence whose scores are computed together. With the neighbours' distances they make whole panels; fewer where
     * the sequence is very long, so that their scores stay of bounded size.
     */
    static int queryBlock(Kernels kernels, int stride) {
        int most = kernels.wholePanels(QUERIES) - kernels.tileRows() + 1;
        return Math.max(kernels.tileRows(), Math.min(most, MOST_SCORES / stride));
    }

    private static float[] atLeast(float[] array, int rows, int columns) {
        int needed = Math.multiplyExact(rows, columns);
        return array.length >= needed ? array : new float[needed];
    }
}
