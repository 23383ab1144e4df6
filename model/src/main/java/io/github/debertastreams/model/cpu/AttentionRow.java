package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.token.PairMask;
import io.github.debertastreams.model.token.TokenSelection;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attention within one row of a batch, which has at least one token. Scores and keys have a column for each position of the row's
 * extent; a hole's column is masked.
 *
 * <p>A distance is a difference of positions, so the position scores of a few neighbours lie in a band: one product of the neighbours
 * with the vectors of all their distances, {@code [neighbours, extent + neighbours - 1]}, holds each neighbour's scores as a slice,
 * shifted by its position. For c2p the neighbours are queries and a slice is a row of scores; for p2c they are keys and it is a column.
 */
final class AttentionRow {

    private final Kernels kernels;
    private final Workspace workspace;
    private final EncoderTrace trace;
    private final @Nullable PairMask pairMask;
    private final RelativePositions.@Nullable Table positionKeys;
    private final RelativePositions.@Nullable Table positionQueries;
    private final TokenSelection selection;
    private final int[] positions;
    private final int layer;
    private final int row;
    private final int first;
    private final int end;
    private final int origin;
    private final int extent;
    private final int stride;
    private final int headSize;
    private final int width;

    AttentionRow(
            Kernels kernels,
            AttentionConfig config,
            AttentionWeights weights,
            ForwardPass pass,
            TokenSelection selection,
            int row,
            int layer) {
        this.kernels = kernels;
        this.workspace = pass.workspace();
        this.trace = pass.trace();
        this.pairMask = pass.batch().pairMask();
        this.positions = pass.batch().positions();
        this.selection = selection;
        this.layer = layer;
        this.row = row;
        this.first = pass.batch().rowStarts()[row];
        this.end = pass.batch().rowStarts()[row + 1];
        this.origin = positions[first];
        this.extent = positions[end - 1] - origin + 1;
        this.stride = kernels.wholePanels(extent);
        this.headSize = config.headSize();
        this.width = config.width();
        RelativePositions keys = weights.positionKeys();
        RelativePositions queries = weights.positionQueries();
        this.positionKeys = keys == null ? null : keys.upTo(extent);
        this.positionQueries = queries == null ? null : queries.upTo(extent);
    }

    /** Floats from one query's scores to the next one's, and from one component of the keys to the next one's. */
    int stride() {
        return stride;
    }

    /** Writes an attention head's keys as {@code [headSize, stride]} to the workspace; the columns of holes are zero. */
    void transposeKeys(int head, int keyOffset) {
        float[] keys = workspace.keys;
        float[] columns = workspace.keyColumns;
        if (hasHoles()) {
            Arrays.fill(columns, keyOffset, keyOffset + stride * headSize, 0f);
        }
        for (int token = first; token < end; token++) {
            int column = keyOffset + positions[token] - origin;
            int offset = token * width + head * headSize;
            for (int k = 0; k < headSize; k++) {
                columns[column + k * stride] = keys[offset + k];
            }
        }
    }

    /**
     * Writes the scores of queries {@code [from, to)} with all positions, {@code [to - from, stride]}, to the workspace.
     *
     * @param keyOffset where the head's transposed keys are
     */
    void score(int from, int to, int head, int keyOffset, int scoreOffset) {
        kernels.multiply(
                workspace.queries,
                from * width + head * headSize,
                width,
                to - from,
                workspace.keyColumns,
                keyOffset,
                stride,
                headSize,
                workspace.scores,
                scoreOffset,
                stride,
                stride);
        if (positionKeys != null) {
            addContentToPosition(positionKeys, from, to, head, scoreOffset);
        }
        if (positionQueries != null) {
            addPositionToContent(positionQueries, from, to, head, scoreOffset);
        }
    }

    private void addContentToPosition(RelativePositions.Table table, int from, int to, int head, int scoreOffset) {
        float[] band = workspace.band;
        int next;
        for (int start = from; start < to; start = next) {
            next = start + 1;
            while (next < to && next - start < kernels.tileRows() && distance(start, next) < kernels.tileRows()) {
                next++;
            }
            int last = queryPosition(next - 1);
            int columns = kernels.wholePanels(extent + distance(start, next - 1));
            kernels.multiply(
                    workspace.queries,
                    start * width + head * headSize,
                    width,
                    next - start,
                    table.values(),
                    table.at(head, last - origin),
                    table.stride(),
                    headSize,
                    band,
                    0,
                    columns,
                    columns);
            for (int query = start; query < next; query++) {
                kernels.add(
                        band,
                        (query - start) * columns + last - queryPosition(query),
                        workspace.scores,
                        scoreOffset + (query - from) * stride,
                        extent);
            }
        }
    }

    private void addPositionToContent(RelativePositions.Table table, int from, int to, int head, int scoreOffset) {
        float[] band = workspace.band;
        int firstQuery = queryPosition(from);
        int next;
        for (int start = first; start < end; start = next) {
            next = start + 1;
            while (next < end
                    && next - start < kernels.tileRows()
                    && positions[next] - positions[start] < kernels.tileRows()) {
                next++;
            }
            int last = positions[next - 1];
            int columns = kernels.wholePanels(distance(from, to - 1) + 1 + last - positions[start]);
            kernels.multiply(
                    workspace.keys,
                    start * width + head * headSize,
                    width,
                    next - start,
                    table.values(),
                    table.at(head, firstQuery - last),
                    table.stride(),
                    headSize,
                    band,
                    0,
                    columns,
                    columns);
            for (int query = from; query < to; query++) {
                addDiagonal(
                        band,
                        columns,
                        start,
                        next,
                        queryPosition(query) - firstQuery + last,
                        scoreOffset + (query - from) * stride);
            }
        }
    }

    /** Adds to one query's scores what the band of keys {@code [start, next)} holds for it. */
    private void addDiagonal(float[] band, int columns, int start, int next, int diagonal, int scoreOffset) {
        float[] scores = workspace.scores;
        int at = diagonal;
        int scoreOrigin = scoreOffset - origin;
        for (int key = start; key < next; key++) {
            int position = positions[key];
            scores[scoreOrigin + position] += band[at - position];
            at += columns;
        }
    }

    private int queryPosition(int query) {
        return positions[selection.tokens()[query]];
    }

    private int distance(int query, int later) {
        return queryPosition(later) - queryPosition(query);
    }

    private boolean hasHoles() {
        return extent > end - first;
    }

    /** Scores to probabilities, in place; 0 for what is masked, and for all where a mask per pair leaves a query nothing. */
    void normalise(int from, int to, float[] scores, int scoreOffset) {
        for (int query = from; query < to; query++) {
            int offset = scoreOffset + (query - from) * stride;
            if (hasHoles()) {
                maskHoles(scores, offset);
            }
            if (pairMask != null && !maskPairs(pairMask, selection.tokens()[query], scores, offset)) {
                Arrays.fill(scores, offset, offset + extent, 0f);
            } else {
                kernels.softmax(scores, offset, extent);
            }
        }
    }

    /** Writes the values, weighted by the probabilities that are in the workspace's scores, to the queries' context. */
    void weigh(int from, int to, int head, int scoreOffset) {
        for (int query = from; query < to; query++) {
            int offset = scoreOffset + (query - from) * stride;
            trace.attention(layer, selection.tokens()[query], head, origin, workspace.scores, offset, extent);
            if (hasHoles()) {
                closeHoles(offset);
            }
        }
        kernels.multiply(
                workspace.scores,
                scoreOffset,
                stride,
                to - from,
                workspace.values,
                first * width + head * headSize,
                width,
                end - first,
                workspace.context,
                from * width + head * headSize,
                width,
                headSize);
    }

    private void closeHoles(int scoreOffset) {
        for (int key = first; key < end; key++) {
            workspace.scores[scoreOffset + key - first] = workspace.scores[scoreOffset + positions[key] - origin];
        }
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
