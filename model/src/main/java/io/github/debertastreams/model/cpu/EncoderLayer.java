package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.LayerNorm;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenSelection;
import io.github.debertastreams.model.weights.Checkpoint;

/**
 * One layer: attention, then feed-forward, each followed by residual and layer normalisation. Source: HF {@code DebertaLayer}.
 */
record EncoderLayer(
        DisentangledAttention attention,
        Linear attentionOutput,
        LayerNorm attentionNorm,
        Linear intermediate,
        Activation activation,
        Linear output,
        LayerNorm outputNorm) {

    static EncoderLayer load(
            Checkpoint checkpoint, Kernels kernels, ModelConfig config, String prefix, float[] relEmbeddings) {
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        int width = config.attention().width();
        float eps = config.layerNormEps();
        AttentionWeights weights =
                AttentionWeights.load(checkpoint, kernels, config, prefix + ".attention.self", relEmbeddings);
        return new EncoderLayer(
                new DisentangledAttention(config.attention(), weights),
                Linear.load(checkpoint, kernels, prefix + ".attention.output.dense", hidden, width),
                LayerNorm.load(checkpoint, kernels, prefix + ".attention.output.LayerNorm", hidden, eps),
                Linear.load(checkpoint, kernels, prefix + ".intermediate.dense", inner, hidden),
                config.hiddenActivation(),
                Linear.load(checkpoint, kernels, prefix + ".output.dense", hidden, inner),
                LayerNorm.load(checkpoint, kernels, prefix + ".output.LayerNorm", hidden, eps));
    }

    /**
     * Replaces query states by this layer's output for them; keys and values come from the workspace's hidden states.
     *
     * @param queryStates {@code [S, H]}, a row for each selected token; may be the hidden states themselves
     */
    void forward(ForwardPass pass, int layer, TokenSelection selection, float[] queryStates) {
        attention.forward(pass, layer, selection, queryStates);
        int block = Workspace.feedForwardRows(selection.size());
        for (int row = 0; row < selection.size(); row += block) {
            feedForward(pass.workspace(), queryStates, row, Math.min(block, selection.size() - row));
        }
    }

    /** Everything after the attention, for rows so few that what lies between the products stays in the cache. */
    private void feedForward(Workspace workspace, float[] queryStates, int row, int rows) {
        int hidden = output.outputs();
        int start = row * hidden;
        int context = row * attention.config().width();
        float[] attended = workspace.attended;
        Products products = workspace.products;
        products.run(attentionOutput, workspace.context, context, rows, attended, 0);
        products.run(attentionNorm, attended, 0, queryStates, start, rows);
        products.run(intermediate, activation, attended, 0, rows, workspace.intermediate, 0);
        products.run(output, workspace.intermediate, 0, rows, queryStates, start);
        products.run(outputNorm, queryStates, start, attended, 0, rows);
    }
}
