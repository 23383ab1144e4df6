package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TensorModel;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.EmbeddingHead;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.QuestionAnsweringHead;
import io.github.debertastreams.model.head.SequenceClassificationHead;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deberta forward}: raw tensors through the model, for comparing with other implementations. */
@Command(
        name = "forward",
        mixinStandardHelpOptions = true,
        description = {
            "Runs raw tensors through the model.",
            "In: input_ids [B,T]; attention_mask, token_type_ids, position_ids [B,T] where wanted.",
            "Out: logits, start_logits and end_logits, or last_hidden_state; zero where the mask is zero."
        })
final class ForwardCommand implements Callable<Integer> {

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "model directory; no tokenizer needed.")
    private Path model = Path.of("");

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description = "feature-extraction for the bare model; default: the head's own.")
    private @Nullable String task;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "safetensors of integers.")
    private Path input = Path.of("");

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "safetensors of F32.")
    private Path output = Path.of("");

    @Option(names = "--all", description = "also hidden_states.N [B,T,H] and attentions.N [B,heads,T,T].")
    private boolean all;

    @Override
    public Integer call() throws IOException {
        try (TensorModel tensorModel = TensorModel.open(ModelOptions.of(model).withTask(task));
                SafetensorsFile in = SafetensorsFile.open(input)) {
            Padded padded = Padded.read(in, input);
            Outputs outputs = new Outputs(padded, tensorModel, all);
            Logits logits = tensorModel.forward(padded.batch(), outputs);
            outputs.putLogits(logits, tensorModel.head());
            SafetensorsFile.write(output, outputs.values, outputs.shapes);
        }
        return 0;
    }

    /** The input tensors and the packed batch made of them. */
    private record Padded(int rows, int length, TokenBatch batch) {

        static Padded read(SafetensorsFile in, Path path) {
            if (!in.names().contains("input_ids")) {
                throw new CommandException(path + ": has no 'input_ids', found " + in.names());
            }
            long[] shape = in.info("input_ids").shape();
            if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
                throw new CommandException(path + ": 'input_ids' is " + Arrays.toString(shape) + ", expected [B, T]");
            }
            int rows = Math.toIntExact(shape[0]);
            int length = Math.toIntExact(shape[1]);
            int[] columns = new int[rows * length];
            Arrays.setAll(columns, i -> i % length);
            int[] ones = new int[rows * length];
            Arrays.fill(ones, 1);
            return new Padded(
                    rows,
                    length,
                    TokenBatch.ofPadded(
                            in.ints("input_ids"),
                            optional(in, path, "attention_mask", shape, ones),
                            optional(in, path, "token_type_ids", shape, new int[rows * length]),
                            optional(in, path, "position_ids", shape, columns),
                            rows));
        }

        private static int[] optional(SafetensorsFile in, Path path, String name, long[] shape, int[] fallback) {
            if (!in.names().contains(name)) {
                return fallback;
            }
            if (!Arrays.equals(in.info(name).shape(), shape)) {
                throw ModelException.invalidInput(path + ": '" + name + "' is "
                        + Arrays.toString(in.info(name).shape()) + ", 'input_ids' is " + Arrays.toString(shape));
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

    /** The output tensors, unpacked to rectangles. */
    private static final class Outputs implements EncoderTrace {
        final Map<String, float[]> values = new LinkedHashMap<>();
        final Map<String, long[]> shapes = new LinkedHashMap<>();
        private final Padded padded;
        private final int[] rowOf;
        private final int hiddenSize;
        private final int numHeads;
        private final boolean all;

        Outputs(Padded padded, TensorModel model, boolean all) {
            this.padded = padded;
            this.rowOf = padded.rowOfTokens();
            this.hiddenSize = model.config().hiddenSize();
            this.numHeads = model.config().attention().numHeads();
            this.all = all;
        }

        void putLogits(Logits logits, Head head) {
            if (head instanceof SequenceClassificationHead) {
                put("logits", logits.values(), padded.rows(), logits.columns());
            } else if (head instanceof QuestionAnsweringHead) {
                putPerToken("start_logits", column(logits, 0), 1);
                putPerToken("end_logits", column(logits, 1), 1);
                shapes.replaceAll((name, shape) -> name.endsWith("_logits") ? Arrays.copyOf(shape, 2) : shape);
            } else {
                boolean bare = head instanceof EmbeddingHead;
                putPerToken(bare ? "last_hidden_state" : "logits", logits.values(), logits.columns());
            }
        }

        private static float[] column(Logits logits, int column) {
            float[] values = new float[logits.values().length / logits.columns()];
            for (int row = 0; row < values.length; row++) {
                values[row] = logits.values()[row * logits.columns() + column];
            }
            return values;
        }

        @Override
        public void hiddenStates(int layer, float[] hiddenStates) {
            if (all) {
                putPerToken("hidden_states." + layer, hiddenStates, hiddenSize);
            }
        }

        @Override
        public void attention(
                int layer, int token, int head, int firstPosition, float[] probabilities, int offset, int count) {
            if (all) {
                int length = padded.length();
                String name = "attentions." + layer;
                float[] rectangle = values.get(name);
                if (rectangle == null) {
                    rectangle = new float[Math.multiplyExact(padded.rows() * numHeads, length * length)];
                    put(name, rectangle, padded.rows(), numHeads, length, length);
                }
                int query = padded.batch().positions()[token];
                int start = ((rowOf[token] * numHeads + head) * length + query) * length + firstPosition;
                System.arraycopy(probabilities, offset, rectangle, start, count);
            }
        }

        private void putPerToken(String name, float[] packed, int columns) {
            float[] rectangle = new float[Math.multiplyExact(padded.rows() * padded.length(), columns)];
            for (int token = 0; token < rowOf.length; token++) {
                int cell = rowOf[token] * padded.length() + padded.batch().positions()[token];
                System.arraycopy(packed, token * columns, rectangle, cell * columns, columns);
            }
            put(name, rectangle, padded.rows(), padded.length(), columns);
        }

        private void put(String name, float[] tensor, long... shape) {
            values.put(name, tensor);
            shapes.put(name, shape);
        }
    }
}
