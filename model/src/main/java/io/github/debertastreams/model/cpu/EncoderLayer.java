package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
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
        float eps = config.layerNormEps();
        return new EncoderLayer(
                kernels,
                DisentangledAttention.load(checkpoint, kernels, config, prefix + ".attention.self", relEmbeddings),
                linear(checkpoint, kernels, prefix + ".attention.output.dense", hidden, hidden),
                LayerNorm.load(checkpoint, kernels, prefix + ".attention.output.LayerNorm", hidden, eps),
                linear(checkpoint, kernels, prefix + ".intermediate.dense", inner, hidden),
                config.hiddenActivation(),
                linear(checkpoint, kernels, prefix + ".output.dense", hidden, inner),
                LayerNorm.load(checkpoint, kernels, prefix + ".output.LayerNorm", hidden, eps));
    }

    /** Replaces the workspace's hidden states by this layer's. */
    void forward(TokenBatch batch, Workspace workspace, int layer, EncoderTrace trace) {
        int tokens = batch.tokens();
        attention.forward(batch, workspace, layer, trace);
        float[] attended = workspace.projected;
        attentionOutput.forward(workspace.context, tokens, attended);
        attentionNorm.forward(attended, workspace.hiddenStates, tokens);
        intermediate.forward(attended, tokens, workspace.intermediate);
        activation.apply(kernels, workspace.intermediate, 0, tokens * intermediate.outputs());
        output.forward(workspace.intermediate, tokens, workspace.hiddenStates);
        outputNorm.forward(workspace.hiddenStates, attended, tokens);
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
