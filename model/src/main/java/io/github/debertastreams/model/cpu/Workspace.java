package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.kernel.Kernels;

/**
 * What a forward pass works with: a team, and scratch arrays that grow to the largest batch seen and are reused. For one pass at a
 * time.
 */
final class Workspace implements AutoCloseable {

    /** The most rows that go through the feed-forward together: with 3,072 inner values each, 1.7 MB. */
    private static final int FEED_FORWARD_ROWS = 144;
    /** A multiple of every tile's rows. */
    private static final int ROW_STEP = 24;

    final Products products;
    final AttentionWork attention;

    /** Output of the layer before, {@code [Σ T, H]}. */
    float[] hiddenStates = new float[0];
    /** The last layer's states of the tokens that are read, {@code [S, H]}. */
    float[] readStates = new float[0];
    /** Embeddings before their projection, where they have one. */
    float[] embedded = new float[0];

    float[] queries = new float[0];
    float[] keys = new float[0];
    float[] values = new float[0];
    float[] context = new float[0];
    float[] attended = new float[0];
    float[] intermediate = new float[0];
    /** The convolution's inputs, {@code [Σ T, kernel · channels]} of a group, its output, and all groups' outputs. */
    float[] neighbours = new float[0];

    float[] convolvedGroup = new float[0];
    float[] convolved = new float[0];

    private final Kernels kernels;
    private final Team team;

    /** @param threads that compute one batch, the caller's included */
    Workspace(Kernels kernels, int threads) {
        this.kernels = kernels;
        this.team = new Team(threads, "deberta-batch");
        this.products = new Products(kernels, team);
        this.attention = new AttentionWork(kernels, team);
    }

    /** Room for {@code tokens} packed tokens, and for sequences that extend over {@code extent} positions. */
    void ensure(ModelConfig config, int tokens, int extent) {
        int width = config.attention().width();
        int hidden = config.hiddenSize();
        hiddenStates = atLeast(hiddenStates, tokens, hidden);
        readStates = atLeast(readStates, tokens, hidden);
        embedded = atLeast(embedded, config.embeddingSize() == hidden ? 0 : tokens, config.embeddingSize());
        queries = atLeast(queries, tokens, width);
        keys = atLeast(keys, tokens, width);
        values = atLeast(values, tokens, width);
        context = atLeast(context, tokens, width);
        int rowsAtOnce = Math.min(tokens, FEED_FORWARD_ROWS);
        attended = atLeast(attended, rowsAtOnce, hidden);
        intermediate = atLeast(intermediate, rowsAtOnce, config.intermediateSize());
        if (config.convolution() != null) {
            int channels = hidden / config.convolution().groups();
            neighbours = atLeast(neighbours, tokens, config.convolution().kernelSize() * channels);
            convolvedGroup = atLeast(convolvedGroup, tokens, channels);
            convolved = atLeast(convolved, tokens, hidden);
        }
        attention.ensure(config.attention(), extent);
    }

    /** How many of so many rows go through the feed-forward together: blocks of one size, since each reads all weights again. */
    static int feedForwardRows(int rows) {
        return evenBlock(rows, FEED_FORWARD_ROWS);
    }

    /** The size of as few blocks as these rows take of no more than {@code most}, a multiple of {@link #ROW_STEP}. */
    static int evenBlock(int rows, int most) {
        int blocks = (rows + most - 1) / most;
        int least = (rows + blocks - 1) / Math.max(1, blocks);
        return (least + ROW_STEP - 1) / ROW_STEP * ROW_STEP;
    }

    /** An array that has room for a matrix: the given one, unless it is too small. */
    static float[] atLeast(float[] array, int rows, int columns) {
        int needed = Math.multiplyExact(rows, columns);
        return array.length >= needed ? array : new float[needed];
    }

    @Override
    public void close() {
        team.close();
    }
}
