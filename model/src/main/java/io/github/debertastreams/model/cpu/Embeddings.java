package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.Kernels;
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
        int embeddingSize,
        float[] words,
        float @Nullable [] positions,
        float @Nullable [] types,
        @Nullable Linear projection,
        LayerNorm norm) {

    static Embeddings load(Checkpoint checkpoint, Kernels kernels, ModelConfig config) {
        int size = config.embeddingSize();
        String base = "embeddings";
        return new Embeddings(
                kernels,
                size,
                checkpoint.floats(base + ".word_embeddings.weight", config.vocabularySize(), size),
                config.positionBiasedInput()
                        ? checkpoint.floats(base + ".position_embeddings.weight", config.maxPositionEmbeddings(), size)
                        : null,
                config.typeVocabularySize() > 0
                        ? checkpoint.floats(base + ".token_type_embeddings.weight", config.typeVocabularySize(), size)
                        : null,
                size == config.hiddenSize()
                        ? null
                        : Linear.of(
                                kernels,
                                checkpoint.floats(base + ".embed_proj.weight", config.hiddenSize(), size),
                                null,
                                config.hiddenSize(),
                                size),
                LayerNorm.load(checkpoint, kernels, base + ".LayerNorm", config.hiddenSize(), config.layerNormEps()));
    }

    /** Writes {@code [Σ T, H]} into the workspace's hidden states. */
    void forward(TokenBatch batch, Workspace workspace) {
        float[] sum = projection == null ? workspace.hiddenStates : new float[batch.tokens() * embeddingSize];
        for (int token = 0; token < batch.tokens(); token++) {
            int offset = token * embeddingSize;
            System.arraycopy(words, start("input id", batch.inputIds()[token], words), sum, offset, embeddingSize);
            if (positions != null) {
                int start = start("position id", batch.positionIds()[token], positions);
                kernels.add(positions, start, sum, offset, embeddingSize);
            }
            if (types != null) {
                int start = start("token type id", batch.tokenTypeIds()[token], types);
                kernels.add(types, start, sum, offset, embeddingSize);
            }
        }
        if (projection != null) {
            projection.forward(sum, batch.tokens(), workspace.hiddenStates);
        }
        norm.forward(workspace.hiddenStates, batch.tokens());
    }

    private int start(String what, int id, float[] table) {
        int count = table.length / embeddingSize;
        if (id < 0 || id >= count) {
            throw ModelException.invalidInput(what + " is " + id + ", expected 0 to " + (count - 1));
        }
        return id * embeddingSize;
    }
}
