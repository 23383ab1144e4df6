package io.github.debertastreams.model.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.github.debertastreams.model.encoder.Backend;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.token.TokenBatch;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A graph that somebody else made, such as Hugging Face's exporter, in ONNX Runtime. It has every token's outputs, and shows nothing
 * of what passes inside.
 */
public final class ReadyBackend implements Backend {

    private final String file;
    private final ModelConfig config;
    private final OnnxOptions options;
    private final OnnxSession session;
    private final ReadySignature signature;
    private final LengthBuckets buckets;

    private ReadyBackend(
            String file, ModelConfig config, OnnxOptions options, OnnxSession session, ReadySignature signature) {
        this.file = file;
        this.config = config;
        this.options = options;
        this.session = session;
        this.signature = signature;
        this.buckets = LengthBuckets.on(options, config.attention().numHeads(), length -> 1);
    }

    /** @throws ModelException of kind {@code BUNDLE} for inputs or outputs other than expected, naming both */
    public static ReadyBackend open(Path path, ModelConfig config, OnnxOptions options) {
        String file = path.toString();
        OnnxSession session = OnnxSession.open(file, options);
        try {
            ReadySignature signature = ReadySignature.of(file, config, session.inputs(), session.outputs());
            return new ReadyBackend(file, config, options, session, signature);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** What its outputs are. */
    public GraphHead head() {
        return signature.head();
    }

    @Override
    public Logits forward(TokenBatch batch, EncoderTrace trace) {
        if (trace != EncoderTrace.NONE || batch.pairMask() != null) {
            throw ModelException.invalidInput(file
                    + ": shows no hidden states and has no mask for pairs of tokens; the model's weights are needed");
        }
        KnownIds.require(batch, config, false);
        LogitsRows logits =
                new LogitsRows(batch, signature.head().pooled(), HeadNodes.columns(signature.head(), config));
        RunBuffers buffers = new RunBuffers();
        for (LengthBuckets.Bucket bucket : buckets.cut(Rectangle.extents(batch))) {
            Rectangle rectangle = new Rectangle(batch, bucket);
            rectangle.fill(buffers.clear(), signature.inputs());
            try (OrtSession.Result result = session.runAll(buffers)) {
                take(result, rectangle, logits);
            }
        }
        return logits.finish();
    }

    private void take(OrtSession.Result result, Rectangle rectangle, LogitsRows logits) {
        switch (signature.head().kind()) {
            case QUESTION_ANSWERING -> {
                logits.takeColumn(rectangle, floats(result, HeadNodes.START_LOGITS), 0);
                logits.takeColumn(rectangle, floats(result, HeadNodes.END_LOGITS), 1);
            }
            case SEQUENCE_CLASSIFICATION -> logits.take(rectangle, floats(result, HeadNodes.LOGITS));
            default -> logits.takeTokens(rectangle, floats(result, HeadNodes.output(signature.head())));
        }
    }

    private static FloatBuffer floats(OrtSession.Result result, String output) {
        return ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
    }

    @Override
    public boolean enhancedMaskDecoder() {
        return false;
    }

    @Override
    public String name() {
        return "onnx-" + options.device().name().toLowerCase(Locale.ROOT) + "-file";
    }

    @Override
    public boolean onGpu() {
        return options.device() == OnnxOptions.Device.CUDA;
    }

    @Override
    public void close() {
        session.close();
    }
}
