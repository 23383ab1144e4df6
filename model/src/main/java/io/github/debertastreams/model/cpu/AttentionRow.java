package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.token.PairMask;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attention within one row of a batch, which has at least one token. Scores and keys have a column for each position of the row's
 * extent, so that a query's position scores are contiguous slices of tables; a hole's column is masked.
 */
final class AttentionRow {

    private final Kernels kernels;
    private final Workspace workspace;
    private final EncoderTrace trace;
    private final @Nullable PairMask pairMask;
    private final RelativePositions.@Nullable Table positionKeys;
    private final RelativePositions.@Nullable Table positionQueries;
    private final int[] positions;
    private final int layer;
    private final int row;
    private final int first;
    private final int end;
    private final int origin;
    private final int extent;
    private final int headSize;
    private final int width;

    AttentionRow(
            Kernels kernels, AttentionConfig config, AttentionWeights weights, ForwardPass pass, int row, int layer) {
        this.kernels = kernels;
        this.workspace = pass.workspace();
        this.trace = pass.trace();
        this.pairMask = pass.batch().pairMask();
        this.positions = pass.batch().positions();
        this.layer = layer;
        this.row = row;
        this.first = pass.batch().rowStarts()[row];
        this.end = pass.batch().rowStarts()[row + 1];
        this.origin = positions[first];
        this.extent = positions[end - 1] - origin + 1;
        this.headSize = config.headSize();
        this.width = config.width();
        RelativePositions keys = weights.positionKeys();
        RelativePositions queries = weights.positionQueries();
        this.positionKeys = keys == null ? null : keys.upTo(extent);
        this.positionQueries = queries == null ? null : queries.upTo(extent);
    }

    /** Positions from the first token to the last. */
    int extent() {
        return extent;
    }

    float[] scores() {
        return workspace.scores;
    }

    /** Writes an attention head's keys as {@code [headSize, extent]} to the workspace; the columns of holes are zero. */
    void transposeKeys(int head, int keyOffset) {
        float[] columns = workspace.keyColumns;
        if (extent > end - first) {
            Arrays.fill(columns, keyOffset, keyOffset + extent * headSize, 0f);
        }
        for (int token = first; token < end; token++) {
            int column = keyOffset + positions[token] - origin;
            int offset = token * width + head * headSize;
            for (int k = 0; k < headSize; k++) {
                columns[column + k * extent] = workspace.keys[offset + k];
            }
        }
    }

    /**
     * Writes the scores of a query with all positions, {@code [extent]}, to the workspace.
     *
     * @param query its row in the workspace's queries
     * @param token its index in the batch
     * @param keyOffset where the head's transposed keys are
     */
    void score(int query, int token, int head, int keyOffset, int scoreOffset) {
        float[] queries = workspace.queries;
        float[] keys = workspace.keyColumns;
        float[] scores = workspace.scores;
        int queryOffset = query * width + head * headSize;
        int position = positions[token] - origin;
        Arrays.fill(scores, scoreOffset, scoreOffset + extent, 0f);
        kernels.addWeightedRows(queries, queryOffset, keys, keyOffset, extent, headSize, scores, scoreOffset, extent);
        if (positionKeys != null) {
            kernels.addWeightedRows(
                    queries,
                    queryOffset,
                    positionKeys.values(),
                    positionKeys.start(head, position),
                    positionKeys.stride(),
                    headSize,
                    scores,
                    scoreOffset,
                    extent);
        }
        if (positionQueries != null) {
            kernels.addColumnProducts(
                    keys,
                    keyOffset,
                    extent,
                    positionQueries.values(),
                    positionQueries.start(head, position),
                    positionQueries.stride(),
                    headSize,
                    scores,
                    scoreOffset,
                    extent);
        }
    }

    /** Scores to probabilities, in place; 0 for what is masked, and for all where a mask per pair leaves the query nothing. */
    void normalise(int token, float[] scores, int scoreOffset) {
        if (extent > end - first) {
            maskHoles(scores, scoreOffset);
        }
        if (pairMask != null && !maskPairs(pairMask, token, scores, scoreOffset)) {
            Arrays.fill(scores, scoreOffset, scoreOffset + extent, 0f);
            return;
        }
        kernels.softmax(scores, scoreOffset, extent);
    }

    /** Adds the values, weighted by the probabilities that are in the workspace's scores, to the query's context. */
    void weigh(int query, int token, int head, int scoreOffset) {
        float[] probabilities = workspace.scores;
        int offset = scoreOffset;
        trace.attention(layer, token, head, origin, probabilities, offset, extent);
        if (extent > end - first) {
            for (int key = first; key < end; key++) {
                workspace.probabilities[key - first] = probabilities[scoreOffset + positions[key] - origin];
            }
            probabilities = workspace.probabilities;
            offset = 0;
        }
        kernels.addWeightedRows(
                probabilities,
                offset,
                workspace.values,
                first * width + head * headSize,
                width,
                end - first,
                workspace.context,
                query * width + head * headSize,
                headSize);
    }

    private void maskHoles(float[] scores, int scoreOffset) {
        int token = first;
        for (int column = 0; column < extent; column++) {
            if (token < end && positions[token] - origin == column) {
                token++;
            } else {
                scores[scoreOffset + column] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    /** Returns whether anything is left. */
    private boolean maskPairs(PairMask mask, int token, float[] scores, int scoreOffset) {
        boolean left = false;
        for (int key = first; key < end; key++) {
            if (mask.allows(row, end - first, token - first, key - first)) {
                left = true;
            } else {
                scores[scoreOffset + positions[key] - origin] = Float.NEGATIVE_INFINITY;
            }
        }
        return left;
    }
}
