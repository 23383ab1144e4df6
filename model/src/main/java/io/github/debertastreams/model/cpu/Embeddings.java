package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.kernel.EmbeddingTable;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.LayerNorm;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import org.jspecify.annotations.Nullable;

/**
 * Word, position and type embeddings, summed, projected and normalised. Source: HF {@code DebertaEmbeddings}.
 *
 * @param words {@code [vocabulary, E]}
 * @param positions {@code [positions, E]}, where the model adds them
 * @param types {@code [types, E]}, where the model has them
 * @param projection E to H, where they differ
 */
record Embeddings(
        Kernels kernels,
        EmbeddingTable words,
        @Nullable EmbeddingTable positions,
        @Nullable EmbeddingTable types,
        @Nullable Linear projection,
        LayerNorm norm) {

    static Embeddings load(Checkpoint checkpoint, Kernels kernels, ModelConfig config, EmbeddingTable words) {
        int size = config.embeddingSize();
        int hidden = config.hiddenSize();
        return new Embeddings(
                kernels,
                words,
                config.positionBiasedInput() ? positions(checkpoint, config) : null,
                config.typeVocabularySize() > 0
                        ? table(checkpoint, "token_type_embeddings", "token type id", config.typeVocabularySize(), size)
                        : null,
                size == hidden
                        ? null
                        : Linear.of(
                                kernels,
                                checkpoint.floats("embeddings.embed_proj.weight", hidden, size),
                                null,
                                hidden,
                                size),
                LayerNorm.load(checkpoint, kernels, "embeddings.LayerNorm", hidden, config.layerNormEps()));
    }

    /** {@code [vocabulary, E]}. */
    static EmbeddingTable words(Checkpoint checkpoint, ModelConfig config) {
        return table(checkpoint, "word_embeddings", "input id", config.vocabularySize(), config.embeddingSize());
    }

    /** Absolute positions, {@code [positions, E]}: added here, or used by the mask decoder. */
    static EmbeddingTable positions(Checkpoint checkpoint, ModelConfig config) {
        return table(
                checkpoint,
                "position_embeddings",
                "position id",
                config.maxPositionEmbeddings(),
                config.embeddingSize());
    }

    private static EmbeddingTable table(Checkpoint checkpoint, String name, String what, int rows, int width) {
        return new EmbeddingTable(what, checkpoint.floats("embeddings." + name + ".weight", rows, width), width);
    }

    /** Writes {@code [Σ T, H]} into the workspace's hidden states. */
    void forward(TokenBatch batch, Workspace workspace) {
        int size = words.width();
        float[] sum = projection == null ? workspace.hiddenStates : workspace.embedded;
        for (int token = 0; token < batch.tokens(); token++) {
            int offset = token * size;
            words.copy(batch.inputIds()[token], sum, offset);
            if (positions != null) {
                positions.add(kernels, batch.positionIds()[token], sum, offset);
            }
            if (types != null) {
                types.add(kernels, batch.tokenTypeIds()[token], sum, offset);
            }
        }
        if (projection != null) {
            workspace.products.run(projection, sum, 0, batch.tokens(), workspace.hiddenStates, 0);
        }
        norm.forward(workspace.hiddenStates, batch.tokens());
    }
}
