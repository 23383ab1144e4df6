package io.github.debertastreams.benchmark;

/** One way to run the encoder over a batch. */
interface EncoderContestant extends Repeatable, AutoCloseable {

    /** Chooses the batch of the passes to come. */
    void prepare(EncoderShape shape);

    /** Runs the batch once and gives its last hidden states, {@code [Σ T, H]} or {@code [B, T, H]}, to nobody. */
    @Override
    void pass();

    /** Runs the batch once; the last hidden states of its tokens, packed: {@code [Σ T, H]}. */
    float[] hiddenStates();

    @Override
    void close();
}
