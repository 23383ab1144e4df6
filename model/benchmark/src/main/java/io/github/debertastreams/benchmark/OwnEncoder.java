package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TensorModel;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.token.TokenBatch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** One of our own backends. */
final class OwnEncoder implements EncoderContestant {

    private static final String BF16 = "-bf16";
    private static final String FP32 = "-fp32";

    private final TensorModel model;
    private TokenBatch batch;

    /** @param backend by its name among a model's options; {@code native-bf16} with weights in bfloat16, {@code cuda-fp32} in fp32 */
    OwnEncoder(Path directory, String backend, int threads, boolean warmUp) {
        Map<String, String> options = new HashMap<>(Map.of(
                "model",
                directory.toString(),
                "task",
                "feature-extraction",
                "backend",
                backend.replace(BF16, "").replace(FP32, ""),
                "batch.threads",
                Integer.toString(threads),
                "warm.up",
                Boolean.toString(warmUp)));
        if (backend.endsWith(BF16)) {
            options.put("weights", "bf16");
        } else if (backend.endsWith(FP32)) {
            options.put("precision", "fp32");
        }
        this.model = TensorModel.open(ModelOptions.from(options));
        this.batch = EncoderShape.parse("1x1").batch(model.config().vocabularySize());
    }

    @Override
    public String name() {
        return "deberta, " + model.backend();
    }

    @Override
    public void prepare(EncoderShape shape) {
        batch = shape.batch(model.config().vocabularySize());
    }

    @Override
    public void pass() {
        model.forward(batch, EncoderTrace.NONE);
    }

    @Override
    public float[] hiddenStates() {
        return model.forward(batch, EncoderTrace.NONE).values();
    }

    @Override
    public void close() {
        model.close();
    }
}
