package io.github.debertastreams.model.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The graph that tells what passes inside, and that has a mask per pair of tokens. It is opened when first asked for: few ask.
 */
final class TracedGraph implements AutoCloseable {

    private static final int MAX_PAIRS = 1 << 26;

    private final ModelConfig config;
    private final GraphHead head;
    private final OnnxOptions options;
    private final Supplier<Checkpoint> weights;
    private @Nullable OnnxSession session;

    TracedGraph(ModelConfig config, GraphHead head, OnnxOptions options, Supplier<Checkpoint> weights) {
        this.config = config;
        this.head = head;
        this.options = options;
        this.weights = weights;
    }

    void run(TokenBatch batch, LogitsRows logits, EncoderTrace trace, RunBuffers buffers) {
        int[] extents = Rectangle.extents(batch);
        int length = Arrays.stream(extents).max().orElse(1);
        if ((long) length * length * batch.rows() > MAX_PAIRS) {
            throw ModelException.invalidInput(batch.rows() + " texts over " + length + " positions, expected at most "
                    + MAX_PAIRS + " pairs of tokens to look at");
        }
        Rectangle rectangle = new Rectangle(
                batch, new LengthBuckets.Bucket(IntStream.range(0, batch.rows()).toArray(), length));
        OnnxSession opened = session();
        rectangle.fill(buffers, opened.inputs().keySet());
        if (!logits.pooled()) {
            int count = logits.count(rectangle);
            logits.fillOutputTokens(rectangle, buffers.input(GraphInputs.OUTPUT_TOKENS, count));
        }
        try (OrtSession.Result result = opened.runAll(buffers)) {
            new TracedRun(result, rectangle, config).tell(trace);
            logits.take(rectangle, TracedRun.floats(result, HeadNodes.output(head)));
        }
    }

    private synchronized OnnxSession session() {
        OnnxSession opened = session;
        if (opened == null) {
            try (Checkpoint checkpoint = weights.get()) {
                opened = OnnxSession.open(
                        DebertaGraph.of(checkpoint, config, head, GraphForm.TRACED, options.precision()), options);
            }
            session = opened;
        }
        return opened;
    }

    @Override
    public synchronized void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** The outputs of one run. */
    private record TracedRun(OrtSession.Result result, Rectangle rectangle, ModelConfig config) {

        void tell(EncoderTrace trace) {
            if (trace == EncoderTrace.NONE) {
                return;
            }
            for (int layer = 0; layer <= config.numHiddenLayers(); layer++) {
                trace.hiddenStates(layer, tokens("hidden_states." + layer));
                if (layer < config.numHiddenLayers()) {
                    tellAttention(trace, layer);
                }
            }
            if (result.get("mask_decoder").isPresent()) {
                float[] all = tokens("mask_decoder");
                trace.maskDecoder(rectangle.batch().selection().gather(all, config.hiddenSize()));
            }
        }

        private void tellAttention(EncoderTrace trace, int layer) {
            FloatBuffer values = floats(result, "attentions." + layer);
            TokenBatch batch = rectangle.batch();
            int heads = config.attention().numHeads();
            int length = rectangle.length();
            float[] probabilities = new float[length];
            int[] extents = Rectangle.extents(batch);
            for (int row = 0; row < batch.rows(); row++) {
                int first = batch.rowStarts()[row];
                for (int token = first; token < batch.rowStarts()[row + 1]; token++) {
                    int query = rectangle.cell(row, token) - row * length;
                    for (int attentionHead = 0; attentionHead < heads; attentionHead++) {
                        values.get(((row * heads + attentionHead) * length + query) * length, probabilities);
                        trace.attention(
                                layer, token, attentionHead, batch.positions()[first], probabilities, 0, extents[row]);
                    }
                }
            }
        }

        /** Rows of the batch's tokens from rows of the rectangle's cells. */
        private float[] tokens(String output) {
            FloatBuffer cells = floats(result, output);
            TokenBatch batch = rectangle.batch();
            int width = config.hiddenSize();
            float[] tokens = new float[batch.tokens() * width];
            for (int row = 0; row < batch.rows(); row++) {
                for (int token = batch.rowStarts()[row]; token < batch.rowStarts()[row + 1]; token++) {
                    cells.get(rectangle.cell(row, token) * width, tokens, token * width, width);
                }
            }
            return tokens;
        }

        static FloatBuffer floats(OrtSession.Result result, String output) {
            return ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
        }
    }
}
