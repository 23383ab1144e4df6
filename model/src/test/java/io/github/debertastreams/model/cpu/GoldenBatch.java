package io.github.debertastreams.model.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One batch of a golden file: its inputs, and a comparison of all its outputs. */
public record GoldenBatch(SafetensorsFile golden, String name, String batch, String kernels, LargestErrors errors) {

    private static final double MAX_ERROR = 1e-5;
    private static final double MAX_ERROR_OF_VOCABULARY_LOGITS = 3e-5;

    /** The tensors of a batch through encoder and head, whatever computes them. */
    public interface Forward {
        Logits forward(TokenBatch batch, EncoderTrace trace);
    }

    public void compare(Forward model, Head head, ModelConfig config) {
        long[] shape = golden.info(batch + "/in/input_ids").shape();
        Padded padded = new Padded((int) shape[0], (int) shape[1], tokens((int) shape[0], (int) shape[1]));
        Captured captured = new Captured(config, padded);
        Logits logits = model.forward(padded.tokens(), captured);
        int outputs = 0;
        for (String key : golden.names()) {
            // attentions are in the files in fp32 alone
            if (key.startsWith(batch + "/f64/") || key.startsWith(batch + "/f32/attentions.")) {
                String output = key.substring(key.lastIndexOf('/') + 1);
                compareOutput(output, golden.doubles(key), padded, logits, head, captured);
                outputs++;
            }
        }
        assertThat(outputs).isPositive();
    }

    private TokenBatch tokens(int rows, int length) {
        int[] columns = new int[rows * length];
        Arrays.setAll(columns, i -> i % length);
        int[] ones = new int[rows * length];
        Arrays.fill(ones, 1);
        TokenBatch tokens = TokenBatch.ofPadded(
                golden.ints(batch + "/in/input_ids"),
                input("attention_mask", ones),
                input("token_type_ids", new int[rows * length]),
                input("position_ids", columns),
                rows);
        return golden.names().contains(batch + "/in/attention_mask_3d")
                ? tokens.withPairMask(golden.ints(batch + "/in/attention_mask_3d"), length)
                : tokens;
    }

    private int[] input(String input, int[] fallback) {
        String key = batch + "/in/" + input;
        return golden.names().contains(key) ? golden.ints(key) : fallback;
    }

    private void compareOutput(
            String output, double[] expected, Padded padded, Logits logits, Head head, Captured captured) {
        if (output.startsWith("attentions.")) {
            int layer = Integer.parseInt(output.substring("attentions.".length()));
            compareAttention(expected, captured.attentions.get(layer), captured, padded, output);
        } else if (output.startsWith("hidden_states.")) {
            int layer = Integer.parseInt(output.substring("hidden_states.".length()));
            comparePerToken(expected, captured.hiddenStates.get(layer), padded, output);
        } else if (output.equals("start_logits") || output.equals("end_logits")) {
            comparePerToken(expected, column(logits, output.equals("start_logits") ? 0 : 1), padded, output);
        } else if (output.equals("emd_hidden")) {
            comparePerToken(expected, captured.maskDecoded, padded, output);
        } else if (captured.maskDecoded.length > 0 && output.equals("logits")) {
            float[] last = captured.hiddenStates.get(captured.hiddenStates.size() - 1);
            comparePerToken(expected, head.forward(last, padded.tokens()).values(), padded, output);
        } else if (logits.sequences() * logits.columns() == expected.length) {
            comparePooled(expected, logits, padded, output);
        } else {
            comparePerToken(expected, logits.values(), padded, output);
        }
    }

    private static float[] column(Logits logits, int column) {
        float[] values = new float[logits.values().length / logits.columns()];
        for (int row = 0; row < values.length; row++) {
            values[row] = logits.values()[row * logits.columns() + column];
        }
        return values;
    }

    /** Pooled outputs are judged where the first token is a real one: with left padding the reference's pooler reads padding. */
    private void comparePooled(double[] expected, Logits logits, Padded padded, String output) {
        TokenBatch tokens = padded.tokens();
        for (int row = 0; row < tokens.rows(); row++) {
            int first = tokens.rowStarts()[row];
            if (first < tokens.rowStarts()[row + 1] && tokens.positions()[first] == 0) {
                for (int column = 0; column < logits.columns(); column++) {
                    int i = row * logits.columns() + column;
                    judge(logits.values()[i], expected[i], output, i);
                }
            }
        }
    }

    private void comparePerToken(double[] expected, float[] actual, Padded padded, String output) {
        TokenBatch tokens = padded.tokens();
        int columns = expected.length / (padded.rows() * padded.length());
        for (int row = 0; row < padded.rows(); row++) {
            for (int token = tokens.rowStarts()[row]; token < tokens.rowStarts()[row + 1]; token++) {
                int cell = (row * padded.length() + tokens.positions()[token]) * columns;
                for (int column = 0; column < columns; column++) {
                    judge(actual[token * columns + column], expected[cell + column], output, cell + column);
                }
            }
        }
    }

    private void compareAttention(double[] expected, float[] actual, Captured captured, Padded padded, String output) {
        for (int token = 0; token < padded.tokens().tokens(); token++) {
            for (int head = 0; head < captured.numHeads; head++) {
                int start = captured.start(token, head);
                for (int i = start; i < start + padded.length(); i++) {
                    judge(actual[i], expected[i], output, i);
                }
            }
        }
    }

    private void judge(float actual, double expected, String output, int index) {
        double error = Math.abs(actual - expected);
        double allowed =
                name.contains("_mlm_") && output.endsWith("logits") ? MAX_ERROR_OF_VOCABULARY_LOGITS : MAX_ERROR;
        if (!(error <= allowed)) {
            throw new AssertionError(name + " " + kernels + " " + batch + " " + output + "[" + index + "] is " + actual
                    + ", expected " + expected + " within " + allowed);
        }
        errors.add(name, output, error, name + " " + batch + " " + kernels);
    }

    /** The batch and the rectangle that it was packed from. */
    private record Padded(int rows, int length, TokenBatch tokens) {}

    /** Copies of what went by inside the encoder. */
    private static final class Captured implements EncoderTrace {
        private final Padded padded;
        private final int hiddenSize;
        private final int numHeads;
        private final int[] rowOf;
        final List<float[]> hiddenStates = new ArrayList<>();
        final List<float[]> attentions = new ArrayList<>();
        float[] maskDecoded = new float[0];

        Captured(ModelConfig config, Padded padded) {
            this.padded = padded;
            this.hiddenSize = config.hiddenSize();
            this.numHeads = config.attention().numHeads();
            this.rowOf = new int[padded.tokens().tokens()];
            for (int row = 0; row < padded.rows(); row++) {
                Arrays.fill(
                        rowOf, padded.tokens().rowStarts()[row], padded.tokens().rowStarts()[row + 1], row);
            }
            for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
                attentions.add(new float[padded.rows() * numHeads * padded.length() * padded.length()]);
            }
        }

        @Override
        public void hiddenStates(int layer, float[] values) {
            hiddenStates.add(Arrays.copyOf(values, rowOf.length * hiddenSize));
        }

        @Override
        public void attention(
                int layer, int token, int head, int firstPosition, float[] probabilities, int offset, int count) {
            System.arraycopy(probabilities, offset, attentions.get(layer), start(token, head) + firstPosition, count);
        }

        @Override
        public void maskDecoder(float[] decoded) {
            maskDecoded = Arrays.copyOf(decoded, rowOf.length * hiddenSize);
        }

        private int start(int token, int head) {
            int query = padded.tokens().positions()[token];
            return ((rowOf[token] * numHeads + head) * padded.length() + query) * padded.length();
        }
    }
}
