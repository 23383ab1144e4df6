package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.ConvolutionConfig;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.LayerNorm;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The convolution over neighbouring positions beside the first layer: it reads the embeddings, and its output is added to the
 * layer's before a layer normalisation. What is masked, or beyond either end, counts as a zero vector. Source: HF {@code
 * ConvLayer}.
 *
 * @param groups one linear layer for each group of channels: {@code [kernelSize * H/G]} to {@code [H/G]}
 */
record Convolution(
        Kernels kernels, int kernelSize, int hiddenSize, List<Linear> groups, Activation activation, LayerNorm norm) {

    static Convolution load(
            Checkpoint checkpoint, Kernels kernels, ModelConfig model, ConvolutionConfig config, String prefix) {
        int hidden = model.hiddenSize();
        int size = hidden / config.groups();
        int kernelSize = config.kernelSize();
        float[] weight = checkpoint.floats(prefix + ".conv.weight", hidden, size, kernelSize);
        float[] bias = checkpoint.floats(prefix + ".conv.bias", hidden);
        List<Linear> groups = new ArrayList<>();
        for (int group = 0; group < config.groups(); group++) {
            float[] taps = new float[size * kernelSize * size];
            float[] groupBias = new float[size];
            for (int output = 0; output < size; output++) {
                int channel = group * size + output;
                groupBias[output] = bias[channel];
                for (int input = 0; input < size; input++) {
                    for (int tap = 0; tap < kernelSize; tap++) {
                        taps[(output * kernelSize + tap) * size + input] =
                                weight[(channel * size + input) * kernelSize + tap];
                    }
                }
            }
            groups.add(Linear.of(kernels, taps, groupBias, size, kernelSize * size));
        }
        LayerNorm norm = LayerNorm.load(checkpoint, kernels, prefix + ".LayerNorm", hidden, model.layerNormEps());
        return new Convolution(kernels, kernelSize, hidden, List.copyOf(groups), config.activation(), norm);
    }

    /** The activated convolution of the embeddings, the workspace's hidden states: {@code [Σ T, H]}, in the workspace. */
    float[] convolve(TokenBatch batch, Workspace workspace) {
        int tokens = batch.tokens();
        float[] embeddings = workspace.hiddenStates;
        int size = hiddenSize / groups.size();
        float[] neighbours = workspace.neighbours;
        float[] output = workspace.convolvedGroup;
        float[] convolved = workspace.convolved;
        for (int group = 0; group < groups.size(); group++) {
            for (int tap = 0; tap < kernelSize; tap++) {
                gather(batch, embeddings, group * size, size, tap, neighbours);
            }
            workspace.products.run(groups.get(group), neighbours, 0, tokens, output, 0);
            for (int token = 0; token < tokens; token++) {
                System.arraycopy(output, token * size, convolved, token * hiddenSize + group * size, size);
            }
        }
        activation.apply(kernels, convolved, 0, tokens * hiddenSize);
        return convolved;
    }

    /** {@code states = LayerNorm(states + convolved)}. */
    void add(float[] convolved, float[] states, int tokens) {
        norm.forward(states, 0, convolved, 0, tokens);
    }

    /** Writes, for each token, the channels of the token that {@code tap} reads. */
    private void gather(TokenBatch batch, float[] embeddings, int channel, int size, int tap, float[] neighbours) {
        int[] positions = batch.positions();
        int shift = tap - (kernelSize - 1) / 2;
        for (int row = 0; row < batch.rows(); row++) {
            int first = batch.rowStarts()[row];
            int end = batch.rowStarts()[row + 1];
            int neighbour = first;
            for (int token = first; token < end; token++) {
                int wanted = positions[token] + shift;
                while (neighbour < end && positions[neighbour] < wanted) {
                    neighbour++;
                }
                int to = (token * kernelSize + tap) * size;
                if (neighbour < end && positions[neighbour] == wanted) {
                    System.arraycopy(embeddings, neighbour * hiddenSize + channel, neighbours, to, size);
                } else {
                    Arrays.fill(neighbours, to, to + size, 0f);
                }
            }
        }
    }
}
