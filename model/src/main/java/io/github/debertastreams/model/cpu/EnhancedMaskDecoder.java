package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.MaskedLanguageHead;
import io.github.debertastreams.model.kernel.EmbeddingTable;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.TokenSelection;
import io.github.debertastreams.model.weights.Checkpoint;

/**
 * The enhanced mask decoder: absolute positions enter behind the encoder, and the last layer, in place of its ordinary run, is run
 * twice with queries made of them, over keys and values of the hidden states before it. Source: He et al., DeBERTa (2021), section
 * 3.2; the authors' {@code MaskedLanguageModel}.
 *
 * @param positions absolute position embeddings, {@code [positions, H]}, which the embeddings do not add
 * @param layer the encoder's last
 */
record EnhancedMaskDecoder(Kernels kernels, EmbeddingTable positions, EncoderLayer layer) {

    private static final int STEPS = 2;

    /**
     * Whether a checkpoint's masked-LM head is to be fed by this decoder: the authors' head, and absolute positions that are there
     * although the embeddings do not add them. Hugging Face ignores them, which is why its fill-mask fails on these checkpoints.
     */
    static boolean servesIn(Checkpoint checkpoint, ModelConfig config, Head head) {
        return head instanceof MaskedLanguageHead masked
                && masked.form() == MaskedLanguageHead.Form.LM_PREDICTIONS
                && !config.positionBiasedInput()
                && config.embeddingSize() == config.hiddenSize()
                && config.numHiddenLayers() > 0
                && checkpoint.has("embeddings.position_embeddings.weight");
    }

    static EnhancedMaskDecoder load(Checkpoint checkpoint, Kernels kernels, ModelConfig config, EncoderLayer last) {
        return new EnhancedMaskDecoder(kernels, Embeddings.positions(checkpoint, config), last);
    }

    /** Decoded states of the batch's selected tokens, {@code [S, H]} in the workspace, from hidden states before the last layer. */
    float[] forward(ForwardPass pass, int layerIndex) {
        TokenBatch batch = pass.batch();
        TokenSelection selection = batch.selection();
        float[] states = pass.workspace().readStates;
        selection.gather(pass.workspace().hiddenStates, positions.width(), states);
        for (int i = 0; i < selection.size(); i++) {
            int position = batch.positionIds()[selection.tokens()[i]];
            positions.add(kernels, position, states, i * positions.width());
        }
        ForwardPass untraced = pass.untraced();
        for (int step = 0; step < STEPS; step++) {
            layer.forward(untraced, layerIndex, selection, states);
        }
        return states;
    }
}
