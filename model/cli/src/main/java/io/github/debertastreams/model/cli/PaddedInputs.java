package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The input tensors of {@code forward}, packed.
 *
 * @param rows sequences: B, or B·C where each of B questions has C choices
 * @param choices C; 0 where {@code input_ids} is {@code [B, T]}
 * @param length T
 */
record PaddedInputs(int rows, int choices, int length, TokenBatch batch) {

    private static final String MASK = "attention_mask";
    private static final String PAIR_MASK = "attention_mask_3d";

    static PaddedInputs read(SafetensorsFile in, Path path) {
        if (!in.names().contains("input_ids")) {
            throw new CommandException(path + ": has no 'input_ids', found " + in.names());
        }
        long[] shape = in.info("input_ids").shape();
        if (shape.length < 2 || shape.length > 3 || Arrays.stream(shape).anyMatch(size -> size < 1)) {
            throw new CommandException(
                    path + ": 'input_ids' is " + Arrays.toString(shape) + ", expected [B, T] or [B, choices, T]");
        }
        int[] ids = in.ints("input_ids");
        int length = Math.toIntExact(shape[shape.length - 1]);
        int rows = ids.length / length;
        int choices = shape.length == 3 ? Math.toIntExact(shape[1]) : 0;
        int[] columns = new int[ids.length];
        Arrays.setAll(columns, i -> i % length);
        int[] ones = new int[ids.length];
        Arrays.fill(ones, 1);
        String pairMask = pairMask(in, shape);
        int[] mask = MASK.equals(pairMask) ? ones : optional(in, path, MASK, shape, ones);
        TokenBatch batch = TokenBatch.ofPadded(
                ids,
                mask,
                optional(in, path, "token_type_ids", shape, new int[ids.length]),
                optional(in, path, "position_ids", shape, columns),
                rows);
        if (pairMask != null) {
            int[] pairs = optional(in, path, pairMask, new long[] {rows, length, length}, ones);
            requireMaskedKeysStayMasked(pairMask, pairs, mask, length);
            batch = batch.withPairMask(pairs, length);
        }
        return new PaddedInputs(rows, choices, length, batch);
    }

    /** Under which name there is a mask per pair of tokens, if there is one. */
    private static @Nullable String pairMask(SafetensorsFile in, long[] idsShape) {
        if (in.names().contains(PAIR_MASK)) {
            return PAIR_MASK;
        }
        boolean perPair = in.names().contains(MASK)
                && idsShape.length == 2
                && in.info(MASK).shape().length == 3;
        return perPair ? MASK : null;
    }

    /** A masked token is not computed, so that no other can attend to it. */
    private static void requireMaskedKeysStayMasked(String name, int[] pairs, int[] mask, int length) {
        for (int pair = 0; pair < pairs.length; pair++) {
            int row = pair / (length * length);
            int query = pair / length % length;
            int key = pair % length;
            if (pairs[pair] != 0 && mask[row * length + query] != 0 && mask[row * length + key] == 0) {
                throw ModelException.invalidInput("'" + name + "' lets token " + query + " of row " + row
                        + " attend to token " + key + ", which 'attention_mask' leaves out");
            }
        }
    }

    private static int[] optional(SafetensorsFile in, Path path, String name, long[] shape, int[] fallback) {
        if (!in.names().contains(name)) {
            return fallback;
        }
        if (!Arrays.equals(in.info(name).shape(), shape)) {
            throw ModelException.invalidInput(path + ": '" + name + "' is "
                    + Arrays.toString(in.info(name).shape()) + ", expected " + Arrays.toString(shape)
                    + " beside these 'input_ids'");
        }
        return in.ints(name);
    }

    /** Row of each packed token. */
    int[] rowOfTokens() {
        int[] rowOf = new int[batch.tokens()];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(rowOf, batch.rowStarts()[row], batch.rowStarts()[row + 1], row);
        }
        return rowOf;
    }
}
