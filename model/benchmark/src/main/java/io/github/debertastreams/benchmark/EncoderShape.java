package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.cli.CommandException;
import io.github.debertastreams.model.token.TokenBatch;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A batch to measure: how many tokens each of its texts has, and which.
 *
 * @param name such as {@code 8x64}, texts by tokens, or {@code mix32}, so many texts of different lengths
 */
record EncoderShape(String name, int[] lengths) {

    private static final Pattern NAME = Pattern.compile("(\\d{1,4})x(\\d{1,5})|mix(\\d{1,4})");
    private static final long SEED = 7;
    private static final int MIX_MEAN = 35;
    private static final int MIX_LONGEST = 123;
    private static final double MIX_SIGMA = 0.8;

    static EncoderShape parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new CommandException("shape '" + name + "' is unknown, expected such as 8x64 or mix32");
        }
        if (matcher.group(3) != null) {
            return new EncoderShape(name, mix(Integer.parseInt(matcher.group(3))));
        }
        int[] lengths = new int[Integer.parseInt(matcher.group(1))];
        Arrays.fill(lengths, Integer.parseInt(matcher.group(2)));
        return new EncoderShape(name, lengths);
    }

    /** Lengths drawn log-normally, as those of messages are, and scaled until their mean and the longest are what they should be. */
    private static int[] mix(int texts) {
        Random random = new Random(SEED);
        double[] drawn = new double[texts];
        Arrays.setAll(drawn, text -> Math.exp(MIX_SIGMA * random.nextGaussian()));
        double longest = Arrays.stream(drawn).max().orElse(1);
        double low = 0;
        double high = MIX_LONGEST;
        for (int step = 0; step < 60; step++) {
            double scale = (low + high) / 2;
            if (Arrays.stream(scaled(drawn, scale, longest)).average().orElse(0) < MIX_MEAN) {
                low = scale;
            } else {
                high = scale;
            }
        }
        return scaled(drawn, high, longest);
    }

    private static int[] scaled(double[] drawn, double scale, double longest) {
        return Arrays.stream(drawn)
                .mapToInt(value -> value == longest
                        ? MIX_LONGEST
                        : (int) Math.max(3, Math.min(MIX_LONGEST - 1, Math.round(scale * value))))
                .toArray();
    }

    int texts() {
        return lengths.length;
    }

    /** Tokens in all, padding not counted. */
    int tokens() {
        return Arrays.stream(lengths).sum();
    }

    int longest() {
        return Arrays.stream(lengths).max().orElse(0);
    }

    /** The ids of each text: seeded, and no two texts alike. */
    int[][] inputIds(int vocabularySize) {
        Random random = new Random(SEED);
        int[][] ids = new int[texts()][];
        for (int text = 0; text < ids.length; text++) {
            ids[text] = random.ints(lengths[text], 5, Math.min(vocabularySize, 10_000))
                    .toArray();
        }
        return ids;
    }

    /** The texts packed. */
    TokenBatch batch(int vocabularySize) {
        int[] inputIds = new int[tokens()];
        int[] positions = new int[tokens()];
        int[] rowStarts = new int[texts() + 1];
        int[][] ids = inputIds(vocabularySize);
        for (int text = 0; text < ids.length; text++) {
            int start = rowStarts[text];
            System.arraycopy(ids[text], 0, inputIds, start, ids[text].length);
            for (int position = 0; position < ids[text].length; position++) {
                positions[start + position] = position;
            }
            rowStarts[text + 1] = start + ids[text].length;
        }
        return new TokenBatch(inputIds, new int[inputIds.length], positions, positions, rowStarts);
    }
}
