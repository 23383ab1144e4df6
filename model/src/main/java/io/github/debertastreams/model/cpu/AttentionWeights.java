package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.cpu.RelativePositions.Direction;
import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.encoder.ModelType;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.weights.Checkpoint;
import io.github.debertastreams.model.weights.MatrixRows;
import org.jspecify.annotations.Nullable;

/**
 * Weights of one layer's disentangled attention, in one form for v1 and v2. The scores' division by {@code sqrt(headSize ·
 * terms)} is folded into the queries and the position queries.
 *
 * @param query hidden states to queries, {@code [.., H]} to {@code [.., A]}, A the width of all attention heads
 * @param positionKeys what c2p reads; null where it does not add to the scores
 * @param positionQueries what p2c reads; null where it does not add to the scores
 */
record AttentionWeights(
        Linear query,
        Linear key,
        Linear value,
        @Nullable RelativePositions positionKeys,
        @Nullable RelativePositions positionQueries,
        @Nullable TalkingHeads talkingHeads) {

    /** @param relEmbeddings {@code [2 * span, H]}, normalised where the model does so; not read without c2p and p2c */
    static AttentionWeights load(
            Checkpoint checkpoint, Kernels kernels, ModelConfig config, String prefix, float[] relEmbeddings) {
        Loader loader = new Loader(checkpoint, kernels, config.attention(), config.hiddenSize(), prefix, relEmbeddings);
        return config.type() == ModelType.DEBERTA ? loader.first() : loader.second();
    }

    /** Computes the position keys and queries that no text has asked for yet. */
    void completePositions() {
        if (positionKeys != null) {
            positionKeys.complete();
        }
        if (positionQueries != null) {
            positionQueries.complete();
        }
    }

    private record Loader(
            Checkpoint checkpoint,
            Kernels kernels,
            AttentionConfig attention,
            int hiddenSize,
            String prefix,
            float[] relEmbeddings) {

        /** v1. Source: HF {@code DisentangledSelfAttention} in modeling_deberta. */
        AttentionWeights first() {
            MatrixRows interleaved = checkpoint.rows(prefix + ".in_proj.weight", 3 * attention.width(), hiddenSize);
            return new AttentionWeights(
                    scaledLinear(part(interleaved, 0), floats("q_bias", attention.width())),
                    linear(part(interleaved, 1), null),
                    linear(part(interleaved, 2), floats("v_bias", attention.width())),
                    attention.contentToPosition() ? positions(projection("pos_proj", false), Direction.DOWN) : null,
                    attention.positionToContent() ? positions(scaledProjection("pos_q_proj"), Direction.UP) : null,
                    attention.talkingHeads()
                            ? new TalkingHeads(
                                    kernels,
                                    attention.numHeads(),
                                    floats("head_logits_proj.weight", attention.numHeads(), attention.numHeads()),
                                    floats("head_weights_proj.weight", attention.numHeads(), attention.numHeads()))
                            : null);
        }

        /** v2 and v3. Source: HF {@code DisentangledSelfAttention} in modeling_deberta_v2. */
        AttentionWeights second() {
            Linear query = scaledProjection("query_proj");
            Linear key = projection("key_proj", true);
            boolean shared = attention.sharedKeys();
            return new AttentionWeights(
                    query,
                    key,
                    projection("value_proj", true),
                    attention.contentToPosition()
                            ? positions(shared ? key : projection("pos_key_proj", true), Direction.DOWN)
                            : null,
                    attention.positionToContent()
                            ? positions(shared ? query : scaledProjection("pos_query_proj"), Direction.UP)
                            : null,
                    null);
        }

        private RelativePositions positions(Linear projection, Direction direction) {
            // variables of its own, so that a projection does not hold the loader and its checkpoint
            float[] embeddings = relEmbeddings;
            int width = hiddenSize;
            return new RelativePositions(
                    (first, rows, to) -> projection.forward(embeddings, first * width, rows, to, 0),
                    attention,
                    direction,
                    kernels);
        }

        /** {@code in_proj} holds query, key and value of each attention head in turn; this is one of the three, of all heads. */
        private MatrixRows part(MatrixRows interleaved, int part) {
            int size = attention.headSize();
            return (row, to, offset) -> interleaved.copy((3 * (row / size) + part) * size + row % size, to, offset);
        }

        private Linear projection(String name, boolean biased) {
            return linear(weight(name), biased ? floats(name + ".bias", attention.width()) : null);
        }

        private Linear scaledProjection(String name) {
            return scaledLinear(weight(name), floats(name + ".bias", attention.width()));
        }

        private Linear scaledLinear(MatrixRows weight, float[] bias) {
            float scale = (float) (1 / Math.sqrt((double) attention.headSize() * attention.terms()));
            for (int i = 0; i < bias.length; i++) {
                bias[i] *= scale;
            }
            return linear(weight.times(scale, hiddenSize), bias);
        }

        private Linear linear(MatrixRows weight, float @Nullable [] bias) {
            return Linear.of(kernels, weight, bias, attention.width(), hiddenSize);
        }

        private MatrixRows weight(String name) {
            return checkpoint.rows(prefix + "." + name + ".weight", attention.width(), hiddenSize);
        }

        private float[] floats(String name, long... shape) {
            return checkpoint.floats(prefix + "." + name, shape);
        }
    }
}
