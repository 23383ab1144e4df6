package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Disentangled self-attention of one DeBERTa v1 layer, all attention heads.
 *
 * <p>Score of query i and key j, with δ their distance clamped to the span: {@code (Q_i·K_j + Q_i·Kr_δ + K_j·Qr_δ) / sqrt(headSize
 * · (1 + n))}: content, c2p, p2c; n counts the {@code pos_att_type} entries. The division is folded into the query weights and the
 * position queries when loading. Position keys and queries depend on weights alone and are computed once.
 *
 * <p>Source: He et al., DeBERTa (2021), eq. 4; HF {@code DisentangledSelfAttention} in modeling_deberta.
 */
final class DisentangledAttention {

    private final Kernels kernels;
    private final int numHeads;
    private final int headSize;
    private final int hiddenSize;
    private final Linear queryKeyValue;
    private final @Nullable RelativePositions positionKeys;
    private final @Nullable RelativePositions positionQueries;

    private DisentangledAttention(
            Kernels kernels,
            ModelConfig config,
            Linear queryKeyValue,
            @Nullable RelativePositions positionKeys,
            @Nullable RelativePositions positionQueries) {
        this.kernels = kernels;
        this.numHeads = config.numAttentionHeads();
        this.headSize = config.headSize();
        this.hiddenSize = config.hiddenSize();
        this.queryKeyValue = queryKeyValue;
        this.positionKeys = positionKeys;
        this.positionQueries = positionQueries;
    }

    /** @param relEmbeddings {@code [2 * span, H]}; not read where the model has no relative attention */
    static DisentangledAttention load(
            Checkpoint checkpoint, Kernels kernels, ModelConfig config, String prefix, float[] relEmbeddings) {
        int hiddenSize = config.hiddenSize();
        int span = config.maxRelativePositions();
        float scale = (float) (1 / Math.sqrt(config.headSize() * (1.0 + config.positionAttention())));
        RelativePositions positionKeys = null;
        RelativePositions positionQueries = null;
        if (config.contentToPosition()) {
            float[] weight = checkpoint.floats(prefix + ".pos_proj.weight", hiddenSize, hiddenSize);
            positionKeys = project(kernels, config, relEmbeddings, weight, null, span);
        }
        if (config.positionToContent()) {
            float[] weight = checkpoint.floats(prefix + ".pos_q_proj.weight", hiddenSize, hiddenSize);
            float[] bias = checkpoint.floats(prefix + ".pos_q_proj.bias", hiddenSize);
            scale(weight, weight.length, scale);
            scale(bias, bias.length, scale);
            positionQueries = project(kernels, config, relEmbeddings, weight, bias, span);
        }
        return new DisentangledAttention(
                kernels,
                config,
                queryKeyValue(checkpoint, kernels, config, prefix, scale),
                positionKeys,
                positionQueries);
    }

    /**
     * Writes the attention output of the workspace's hidden states into its context; both are {@code [Σ T, H]}, rows as in the
     * batch.
     */
    void forward(TokenBatch batch, Workspace workspace, int layer, EncoderTrace trace) {
        queryKeyValue.forward(workspace.hiddenStates, batch.tokens(), workspace.queryKeyValue);
        Arrays.fill(workspace.context, 0, batch.tokens() * hiddenSize, 0f);
        for (int row = 0; row < batch.rows(); row++) {
            int first = batch.rowStarts()[row];
            int end = batch.rowStarts()[row + 1];
            if (first < end) {
                for (int head = 0; head < numHeads; head++) {
                    attend(batch, first, end, head, workspace, layer, trace);
                }
            }
        }
    }

    private void attend(
            TokenBatch batch, int first, int end, int head, Workspace workspace, int layer, EncoderTrace trace) {
        int[] positions = batch.positions();
        int origin = positions[first];
        int extent = positions[end - 1] - origin + 1;
        boolean holes = extent > end - first;
        RelativePositions.Table keyTable = positionKeys == null ? null : positionKeys.upTo(extent);
        RelativePositions.Table queryTable = positionQueries == null ? null : positionQueries.upTo(extent);
        float[] values = workspace.queryKeyValue;
        transposeKeys(positions, first, end, head, extent, workspace);
        float[] scores = workspace.scores;
        for (int query = first; query < end; query++) {
            int position = positions[query] - origin;
            int queryOffset = query * 3 * hiddenSize + head * headSize;
            Arrays.fill(scores, 0, extent, 0f);
            kernels.addWeightedRows(values, queryOffset, workspace.keys, 0, extent, headSize, scores, 0, extent);
            if (keyTable != null) {
                kernels.addWeightedRows(
                        values,
                        queryOffset,
                        keyTable.values(),
                        keyTable.start(head, position),
                        keyTable.stride(),
                        headSize,
                        scores,
                        0,
                        extent);
            }
            if (queryTable != null) {
                kernels.addColumnProducts(
                        workspace.keys,
                        0,
                        extent,
                        queryTable.values(),
                        queryTable.start(head, position),
                        queryTable.stride(),
                        headSize,
                        scores,
                        0,
                        extent);
            }
            if (holes) {
                maskHoles(positions, first, end, extent, scores);
            }
            kernels.softmax(scores, 0, extent);
            trace.attention(layer, query, head, origin, scores, 0, extent);
            float[] probabilities = holes ? gather(positions, first, end, workspace) : scores;
            kernels.addWeightedRows(
                    probabilities,
                    0,
                    values,
                    first * 3 * hiddenSize + 2 * hiddenSize + head * headSize,
                    3 * hiddenSize,
                    end - first,
                    workspace.context,
                    query * hiddenSize + head * headSize,
                    headSize);
        }
    }

    /** One column per position, so that scores are sums of rows; the columns of holes are zero. */
    private void transposeKeys(int[] positions, int first, int end, int head, int extent, Workspace workspace) {
        float[] keys = workspace.keys;
        float[] values = workspace.queryKeyValue;
        if (extent > end - first) {
            Arrays.fill(keys, 0, extent * headSize, 0f);
        }
        for (int token = first; token < end; token++) {
            int column = positions[token] - positions[first];
            int offset = token * 3 * hiddenSize + hiddenSize + head * headSize;
            for (int k = 0; k < headSize; k++) {
                keys[k * extent + column] = values[offset + k];
            }
        }
    }

    private static void maskHoles(int[] positions, int first, int end, int extent, float[] scores) {
        int token = first;
        for (int column = 0; column < extent; column++) {
            if (token < end && positions[token] - positions[first] == column) {
                token++;
            } else {
                scores[column] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private static float[] gather(int[] positions, int first, int end, Workspace workspace) {
        for (int token = first; token < end; token++) {
            workspace.probabilities[token - first] = workspace.scores[positions[token] - positions[first]];
        }
        return workspace.probabilities;
    }

    private static RelativePositions project(
            Kernels kernels,
            ModelConfig config,
            float[] relEmbeddings,
            float[] weight,
            float @Nullable [] bias,
            int span) {
        int hiddenSize = config.hiddenSize();
        float[] rows = new float[2 * span * hiddenSize];
        Linear.of(kernels, weight, bias, hiddenSize, hiddenSize).forward(relEmbeddings, 2 * span, rows);
        return new RelativePositions(rows, span, config.numAttentionHeads(), config.headSize());
    }

    /** {@code in_proj} interleaves query, key and value per head; here all queries come first, then keys, then values. */
    private static Linear queryKeyValue(
            Checkpoint checkpoint, Kernels kernels, ModelConfig config, String prefix, float scale) {
        int hiddenSize = config.hiddenSize();
        int headSize = config.headSize();
        float[] interleaved = checkpoint.floats(prefix + ".in_proj.weight", 3L * hiddenSize, hiddenSize);
        float[] weight = new float[interleaved.length];
        int block = headSize * hiddenSize;
        for (int head = 0; head < config.numAttentionHeads(); head++) {
            for (int part = 0; part < 3; part++) {
                System.arraycopy(
                        interleaved,
                        (3 * head + part) * block,
                        weight,
                        part * hiddenSize * hiddenSize + head * block,
                        block);
            }
        }
        float[] bias = new float[3 * hiddenSize]; // keys have none
        System.arraycopy(checkpoint.floats(prefix + ".q_bias", hiddenSize), 0, bias, 0, hiddenSize);
        System.arraycopy(checkpoint.floats(prefix + ".v_bias", hiddenSize), 0, bias, 2 * hiddenSize, hiddenSize);
        scale(weight, hiddenSize * hiddenSize, scale);
        scale(bias, hiddenSize, scale);
        return Linear.of(kernels, weight, bias, 3 * hiddenSize, hiddenSize);
    }

    /** Scales the first {@code count} values. */
    private static void scale(float[] values, int count, float scale) {
        for (int i = 0; i < count; i++) {
            values[i] *= scale;
        }
    }
}
