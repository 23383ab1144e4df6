package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.Backend;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * DeBERTa in ONNX Runtime, on a graph written from the checkpoint: one session for all threads, and as many runs at once as threads
 * call.
 */
public final class OnnxBackend implements Backend {

    private final ModelConfig config;
    private final GraphHead head;
    private final boolean maskDecoder;
    private final OnnxOptions options;
    private final GuardedSession session;
    private final Set<String> inputs;
    private final TracedGraph traced;
    private final LengthBuckets buckets;
    private final ConcurrentLinkedQueue<RunBuffers> idle = new ConcurrentLinkedQueue<>();

    private OnnxBackend(
            ModelConfig config,
            GraphHead head,
            boolean maskDecoder,
            OnnxOptions options,
            Supplier<Checkpoint> weights) {
        this.config = config;
        this.head = head;
        this.maskDecoder = maskDecoder;
        this.options = options;
        this.session = GuardedSession.open(
                precision -> {
                    OnnxOptions chosen = options.with(precision);
                    GraphForm form = GraphForm.serving(chosen);
                    try (Checkpoint checkpoint = weights.get()) {
                        return OnnxSession.open(DebertaGraph.of(checkpoint, config, head, form, precision), chosen);
                    }
                },
                options.precision());
        this.inputs = GraphInputs.names(config, head, maskDecoder);
        this.traced = new TracedGraph(config, head, options, weights);
        this.buckets = LengthBuckets.on(options, config.attention().numHeads(), RelativeIndices::groups);
    }

    /**
     * Writes the graph and opens it.
     *
     * @param weights opens the checkpoint, now and should somebody want to look on
     * @throws io.github.debertastreams.model.error.ModelException of kind {@code BUNDLE} when a tensor is missing or has another shape than config.json says
     */
    public static OnnxBackend open(
            ModelConfig config, GraphHead head, OnnxOptions options, Supplier<Checkpoint> weights) {
        boolean maskDecoder;
        try (Checkpoint checkpoint = weights.get()) {
            maskDecoder = DebertaGraph.hasMaskDecoder(checkpoint, config, head);
        }
        return new OnnxBackend(config, head, maskDecoder, options, weights);
    }

    @Override
    public Logits forward(TokenBatch batch, EncoderTrace trace) {
        KnownIds.require(batch, config, maskDecoder);
        LogitsRows logits = new LogitsRows(batch, head.pooled(), columns());
        RunBuffers buffers = idle.poll();
        if (buffers == null) {
            buffers = new RunBuffers();
        }
        try {
            if (trace != EncoderTrace.NONE || batch.pairMask() != null) {
                traced.run(batch, logits, trace, buffers.clear());
            } else {
                for (LengthBuckets.Bucket bucket : buckets.cut(Rectangle.extents(batch))) {
                    run(new Rectangle(batch, bucket), logits, buffers.clear());
                }
            }
            return logits.finish();
        } finally {
            idle.add(buffers);
        }
    }

    private void run(Rectangle rectangle, LogitsRows logits, RunBuffers buffers) {
        int count = logits.count(rectangle);
        if (count == 0) {
            return;
        }
        rectangle.fill(buffers, inputs);
        if (!logits.pooled()) {
            logits.fillOutputTokens(rectangle, buffers.input(GraphInputs.OUTPUT_TOKENS, count));
        }
        FloatBuffer output = buffers.output(HeadNodes.output(head), count, logits.columns());
        session.run(buffers);
        logits.take(rectangle, output.rewind());
    }

    private int columns() {
        return HeadNodes.columns(head, config);
    }

    @Override
    public boolean enhancedMaskDecoder() {
        return maskDecoder;
    }

    @Override
    public String name() {
        return options.device() == OnnxOptions.Device.CPU && session.precision() == Precision.FP32
                ? "onnx-cpu"
                : ("onnx-" + options.device() + "-" + session.precision()).toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean fellBack() {
        return session.precision() != options.precision();
    }

    @Override
    public boolean onGpu() {
        return options.device() == OnnxOptions.Device.CUDA;
    }

    @Override
    public void close() {
        try {
            session.close();
        } finally {
            traced.close();
            idle.clear();
        }
    }
}
