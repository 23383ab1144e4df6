package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.kernel.CacheLines;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.token.PairMask;
import io.github.debertastreams.model.token.TokenSelection;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attention within one row of a batch, which has at least one token. Holds the scratch memory for it and is reused, for one thread at a
 * time.
 *
 * <p>Scores and keys have a column for each position of the row's
 * extent; a hole's column is masked.
 *
 * <p>A distance is a difference of positions, so the position scores of a few neighbours lie in a band: one product of the neighbours
 * with the vectors of all their distances, {@code [neighbours, extent + neighbours - 1]}, holds each neighbour's scores as a slice,
 * shifted by its position. For c2p the neighbours are queries and a slice is a row of scores; for p2c they are keys and it is a column.
 */
final class AttentionRow {

    /** Queries of a sequence whose scores are computed together; a multiple of every tile's rows. */
    private static final int QUERIES = 144;

    private static final int MOST_SCORES = 1 << 20;

    /** Keys that are transposed together. */
    private static final int LINE = CacheLines.FLOATS;

    /** Of no tokens, until the first one comes. */
    private static final TokenSelection NO_TOKENS = new TokenSelection(new int[0], new int[] {0});

    private final Kernels kernels;
    /**
     * Keys of one sequence, transposed: {@code [stride / keyPanel, headSize, keyPanel]} of an attention head, of all in turn where they
     * talk.
     */
    private float[] keyColumns = new float[0];
    /** Where the columns of a few keys begin in it. */
    private final int[] keyStarts = new int[LINE];
    /**
     * Values of one sequence, {@code [headSize / valuePanel, keys, valuePanel]} of an attention head, of all in turn where they talk. Where
     * the pass has them, rows lie apart by all heads' width, and few sets of the nearest cache would have to hold them.
     */
    private float[] headValues = new float[0];
    /** Attention scores of a block of queries, {@code [queries, stride]} of an attention head, of all in turn where they talk. */
    private float[] scores = new float[0];
    /** The scores once mixed over attention heads, where they talk. */
    private float[] mixedScores = new float[0];
    /** Position scores of a few neighbours. */
    private float[] band = new float[0];

    private float[] queries = new float[0];
    private float[] keys = new float[0];
    private float[] values = new float[0];
    private float[] context = new float[0];
    private EncoderTrace trace = EncoderTrace.NONE;
    private @Nullable PairMask pairMask;
    private RelativePositions.@Nullable Table positionKeys;
    private RelativePositions.@Nullable Table positionQueries;
    private TokenSelection selection = NO_TOKENS;
    private int[] positions = new int[0];
    private int layer;
    private int row;
    private int first;
    private int end;
    private int origin;
    private int extent;
    private int stride;
    private int keyPanel;
    private int valuePanel;
    private int headSize;
    private int width;

    AttentionRow(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Room for sequences that extend over {@code most} positions. */
    void ensure(AttentionConfig config, int most) {
        int headsAtOnce = config.talkingHeads() ? config.numHeads() : 1;
        int columns = kernels.wholeColumns(most);
        int allScores = config.talkingHeads()
                ? Math.multiplyExact(columns, headsAtOnce * kernels.panelWidth())
                : scoreRoom(columns);
        keyColumns = Workspace.atLeast(keyColumns, columns, headsAtOnce * config.headSize());
        headValues = Workspace.atLeast(headValues, most, headsAtOnce * valueColumns(config.headSize()));
        scores = Workspace.atLeast(scores, 1, allScores);
        mixedScores = Workspace.atLeast(mixedScores, 1, config.talkingHeads() ? allScores : 0);
        band = Workspace.atLeast(band, kernels.panelWidth(), kernels.wholeColumns(most + 2 * kernels.panelWidth()));
    }

    /** Takes on a row of a batch in one layer. */
    void begin(
            AttentionConfig config,
            AttentionWeights weights,
            ForwardPass pass,
            TokenSelection selected,
            int batchRow,
            int ofLayer) {
        queries = pass.workspace().queries;
        keys = pass.workspace().keys;
        values = pass.workspace().values;
        context = pass.workspace().context;
        trace = pass.trace();
        pairMask = pass.batch().pairMask();
        positions = pass.batch().positions();
        selection = selected;
        layer = ofLayer;
        row = batchRow;
        first = pass.batch().rowStarts()[batchRow];
        end = pass.batch().rowStarts()[batchRow + 1];
        origin = positions[first];
        extent = positions[end - 1] - origin + 1;
        stride = kernels.wholeColumns(extent);
        keyPanel = kernels.panelWidth();
        headSize = config.headSize();
        valuePanel = valuePanel(headSize);
        width = config.width();
        RelativePositions keyTables = weights.positionKeys();
        RelativePositions queryTables = weights.positionQueries();
        positionKeys = keyTables == null ? null : keyTables.upTo(extent);
        positionQueries = queryTables == null ? null : queryTables.upTo(extent);
    }

    private int valuePanel(int size) {
        return Math.min(kernels.panelWidth(), size);
    }

    /** Columns of an attention head's values, the last panel's empty ones included. */
    private int valueColumns(int size) {
        int panel = valuePanel(size);
        return (size + panel - 1) / panel * panel;
    }

    /** Fewer queries at once where the sequence is very long, so that their scores stay of bounded size. */
    int queryBlock(int columns) {
        return Math.max(kernels.panelWidth(), Math.min(QUERIES, MOST_SCORES / columns));
    }

    /** Room for the scores of a block of queries of any sequence of no more columns: a shorter one's may be more. */
    int scoreRoom(int columns) {
        return Math.max(Math.multiplyExact(kernels.panelWidth(), columns), (int)
                Math.min((long) QUERIES * columns, MOST_SCORES));
    }

    /** One attention head, whose keys stay in the cache; a block of queries {@code [from, to)} at a time. */
    void attend(int head, int from, int to) {
        int block = queryBlock(stride);
        transposeKeys(head, 0);
        copyValues(head, 0);
        for (int start = from; start < to; start += block) {
            int stop = Math.min(start + block, to);
            score(start, stop, head, 0, 0);
            normalise(start, stop, scores, 0);
            weigh(start, stop, head, 0, 0);
        }
    }

    /** A few queries of {@code [from, to)} at a time with all attention heads, because these mix. */
    void attend(int from, int to, int numHeads, TalkingHeads talkingHeads) {
        int columns = headSize * stride;
        for (int head = 0; head < numHeads; head++) {
            transposeKeys(head, head * columns);
            copyValues(head, head * valueColumns(headSize) * (end - first));
        }
        for (int start = from; start < to; start += kernels.panelWidth()) {
            int stop = Math.min(start + kernels.panelWidth(), to);
            int length = (stop - start) * stride;
            for (int head = 0; head < numHeads; head++) {
                score(start, stop, head, head * columns, head * length);
            }
            talkingHeads.mixLogits(scores, mixedScores, length);
            for (int head = 0; head < numHeads; head++) {
                normalise(start, stop, mixedScores, head * length);
            }
            talkingHeads.mixWeights(mixedScores, scores, length);
            for (int head = 0; head < numHeads; head++) {
                weigh(start, stop, head, head * valueColumns(headSize) * (end - first), head * length);
            }
        }
    }

    /** Writes an attention head's keys to {@code keyColumns}; the columns of holes are zero. */
    private void transposeKeys(int head, int keyOffset) {
        if (hasHoles()) {
            Arrays.fill(keyColumns, keyOffset, keyOffset + stride * headSize, 0f);
        }
        for (int block = first; block < end; block += LINE) {
            int blockEnd = Math.min(block + LINE, end);
            for (int token = block; token < blockEnd; token++) {
                int column = positions[token] - origin;
                int within = column % keyPanel;
                keyStarts[token - block] = keyOffset + (column - within) * headSize + within;
            }
            for (int k = 0; k < headSize; k++) {
                int row = k * keyPanel;
                int offset = head * headSize + k;
                for (int token = block; token < blockEnd; token++) {
                    keyColumns[row + keyStarts[token - block]] = keys[token * width + offset];
                }
            }
        }
    }

    /** Writes an attention head's values to {@code headValues}. */
    private void copyValues(int head, int valueOffset) {
        for (int column = 0; column < headSize; column += valuePanel) {
            int count = Math.min(valuePanel, headSize - column);
            int panel = valueOffset + column * (end - first);
            for (int token = first; token < end; token++) {
                System.arraycopy(
                        values,
                        token * width + head * headSize + column,
                        headValues,
                        panel + (token - first) * valuePanel,
                        count);
            }
        }
    }

    /**
     * Writes the scores of queries {@code [from, to)} with all positions, {@code [to - from, stride]}, to {@code scores}.
     *
     * @param keyOffset where the head's transposed keys are
     */
    private void score(int from, int to, int head, int keyOffset, int scoreOffset) {
        kernels.multiply(
                queries,
                from * width + head * headSize,
                width,
                to - from,
                keyColumns,
                keyOffset,
                keyPanel,
                headSize,
                scores,
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
        int next;
        for (int start = from; start < to; start = next) {
            next = start + 1;
            while (next < to && next - start < kernels.panelWidth() && distance(start, next) < kernels.panelWidth()) {
                next++;
            }
            int last = queryPosition(next - 1);
            int column = table.column(last - origin);
            int begin = table.begin(column);
            int skipped = column - begin;
            int columns = kernels.wholeColumns(skipped + extent + distance(start, next - 1));
            kernels.multiply(
                    queries,
                    start * width + head * headSize,
                    width,
                    next - start,
                    table.values(),
                    table.at(head, begin),
                    table.width(),
                    headSize,
                    band,
                    0,
                    columns,
                    columns);
            for (int query = start; query < next; query++) {
                kernels.add(
                        band,
                        (query - start) * columns + skipped + last - queryPosition(query),
                        scores,
                        scoreOffset + (query - from) * stride,
                        extent);
            }
        }
    }

    private void addPositionToContent(RelativePositions.Table table, int from, int to, int head, int scoreOffset) {
        int firstQuery = queryPosition(from);
        int next;
        for (int start = first; start < end; start = next) {
            next = start + 1;
            while (next < end
                    && next - start < kernels.panelWidth()
                    && positions[next] - positions[start] < kernels.panelWidth()) {
                next++;
            }
            int last = positions[next - 1];
            int column = table.column(firstQuery - last);
            int begin = table.begin(column);
            int skipped = column - begin;
            int columns = kernels.wholeColumns(skipped + distance(from, to - 1) + 1 + last - positions[start]);
            kernels.multiply(
                    keys,
                    start * width + head * headSize,
                    width,
                    next - start,
                    table.values(),
                    table.at(head, begin),
                    table.width(),
                    headSize,
                    band,
                    0,
                    columns,
                    columns);
            int key = start;
            if (distance(from, to - 1) == to - 1 - from) {
                for (; key + 4 <= next && positions[key + 3] - positions[key] == 3; key += 4) {
                    addFourColumns(
                            (key - start) * columns + skipped + last - positions[key],
                            columns - 1,
                            to - from,
                            scoreOffset + positions[key] - origin);
                }
            }
            for (; key < next; key++) {
                int at = (key - start) * columns + skipped + last - positions[key] - firstQuery;
                int score = scoreOffset + positions[key] - origin;
                for (int query = from; query < to; query++) {
                    scores[score] += band[at + queryPosition(query)];
                    score += stride;
                }
            }
        }
    }

    /** Adds slices of the band, whose starts lie apart by a step, to four neighbouring columns of the scores. */
    private void addFourColumns(int at, int step, int queries, int score) {
        float[] to = scores;
        float[] slices = band;
        int second = at + step;
        int third = second + step;
        int fourth = third + step;
        int column = score;
        for (int query = 0; query < queries; query++) {
            to[column] += slices[at + query];
            to[column + 1] += slices[second + query];
            to[column + 2] += slices[third + query];
            to[column + 3] += slices[fourth + query];
            column += stride;
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
    private void normalise(int from, int to, float[] scores, int scoreOffset) {
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

    /** Writes the values, weighted by the probabilities that are in the scores, to the queries' context. */
    private void weigh(int from, int to, int head, int valueOffset, int scoreOffset) {
        for (int query = from; query < to; query++) {
            int offset = scoreOffset + (query - from) * stride;
            trace.attention(layer, selection.tokens()[query], head, origin, scores, offset, extent);
            if (hasHoles()) {
                closeHoles(offset);
            }
        }
        kernels.multiply(
                scores,
                scoreOffset,
                stride,
                to - from,
                headValues,
                valueOffset,
                valuePanel,
                end - first,
                context,
                from * width + head * headSize,
                width,
                headSize);
    }

    private void closeHoles(int scoreOffset) {
        for (int key = first; key < end; key++) {
            scores[scoreOffset + key - first] = scores[scoreOffset + positions[key] - origin];
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
