package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenSelection;
import io.github.debertastreams.model.weights.Checkpoint;

/**
 * One layer: attention, then feed-forward, each followed by residual and layer normalisation. Source: HF {@code DebertaLayer}.
 */
record EncoderLayer(
        Kernels kernels,
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
                kernels,
                new DisentangledAttention(kernels, config.attention(), weights),
                linear(checkpoint, kernels, prefix + ".attention.output.dense", hidden, width),
                LayerNorm.load(checkpoint, kernels, prefix + ".attention.output.LayerNorm", hidden, eps),
                linear(checkpoint, kernels, prefix + ".intermediate.dense", inner, hidden),
                config.hiddenActivation(),
                linear(checkpoint, kernels, prefix + ".output.dense", hidden, inner),
                LayerNorm.load(checkpoint, kernels, prefix + ".output.LayerNorm", hidden, eps));
    }

    /**
     * Replaces query states by this layer's output for them; keys and values come from the workspace's hidden states.
     *
     * @param queryStates {@code [S, H]}, a row for each selected token; may be the hidden states themselves
     */
    void forward(ForwardPass pass, int layer, TokenSelection selection, float[] queryStates) {
        Workspace workspace = pass.workspace();
        int queries = selection.size();
        attention.forward(pass, layer, selection, queryStates);
        attentionOutput.forward(workspace.context, queries, workspace.attended);
        attentionNorm.forward(workspace.attended, queryStates, queries);
        intermediate.forward(workspace.attended, queries, workspace.intermediate);
        activation.apply(kernels, workspace.intermediate, 0, queries * intermediate.outputs());
        output.forward(workspace.intermediate, queries, queryStates);
        outputNorm.forward(queryStates, workspace.attended, queries);
    }

    private static Linear linear(Checkpoint checkpoint, Kernels kernels, String prefix, int outputs, int inputs) {
        return Linear.of(
                kernels,
                checkpoint.floats(prefix + ".weight", outputs, inputs),
                checkpoint.floats(prefix + ".bias", outputs),
                outputs,
                inputs);
    }
}
