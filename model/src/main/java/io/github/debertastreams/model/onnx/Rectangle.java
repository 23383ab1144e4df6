package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.token.PairMask;
import io.github.debertastreams.model.token.TokenBatch;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Set;

/**
 * Rows of a packed batch as padded tensors {@code [B, S]}. A row's first token is at column 0; the others keep their distances, and
 * what was masked between them is masked here.
 */
record Rectangle(TokenBatch batch, LengthBuckets.Bucket bucket) {

    /** Positions that each row extends over; 1 for a row without tokens. */
    static int[] extents(TokenBatch batch) {
        int[] extents = new int[batch.rows()];
        for (int row = 0; row < extents.length; row++) {
            int first = batch.rowStarts()[row];
            int end = batch.rowStarts()[row + 1];
            extents[row] = first == end ? 1 : batch.positions()[end - 1] - batch.positions()[first] + 1;
        }
        return extents;
    }

    int rows() {
        return bucket.rows().length;
    }

    int length() {
        return bucket.length();
    }

    /** Fills the inputs that a graph has. */
    void fill(RunBuffers buffers, Set<String> inputs) {
        put(buffers, inputs, GraphInputs.INPUT_IDS, batch.inputIds());
        int[] ones = new int[batch.tokens()];
        Arrays.fill(ones, 1);
        put(buffers, inputs, GraphInputs.ATTENTION_MASK, ones);
        put(buffers, inputs, GraphInputs.TOKEN_TYPE_IDS, batch.tokenTypeIds());
        put(buffers, inputs, GraphInputs.POSITION_IDS, batch.positionIds());
        if (inputs.contains(GraphInputs.PAIR_MASK)) {
            fillPairs(buffers.input(GraphInputs.PAIR_MASK, rows(), length(), length()));
        }
    }

    /** The cell of a token of the batch, which is in the i-th of these rows. */
    int cell(int i, int token) {
        int first = batch.rowStarts()[bucket.rows()[i]];
        return i * length() + batch.positions()[token] - batch.positions()[first];
    }

    private void put(RunBuffers buffers, Set<String> inputs, String name, int[] values) {
        if (!inputs.contains(name)) {
            return;
        }
        LongBuffer cells = buffers.input(name, rows(), length());
        for (int cell = 0; cell < cells.capacity() && cell < cells.limit(); cell++) {
            cells.put(cell, 0);
        }
        for (int i = 0; i < rows(); i++) {
            int row = bucket.rows()[i];
            for (int token = batch.rowStarts()[row]; token < batch.rowStarts()[row + 1]; token++) {
                cells.put(cell(i, token), values[token]);
            }
        }
    }

    private void fillPairs(LongBuffer cells) {
        for (int cell = 0; cell < cells.limit(); cell++) {
            cells.put(cell, 0);
        }
        PairMask mask = batch.pairMask();
        for (int i = 0; i < rows(); i++) {
            int row = bucket.rows()[i];
            int first = batch.rowStarts()[row];
            int count = batch.rowStarts()[row + 1] - first;
            for (int pair = 0; pair < count * count; pair++) {
                int query = pair / count;
                int key = pair % count;
                if (mask == null || mask.allows(row, count, query, key)) {
                    int column = cell(i, first + key) - i * length();
                    cells.put(cell(i, first + query) * length() + column, 1);
                }
            }
        }
    }
}
