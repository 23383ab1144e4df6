package io.github.debertastreams.model;

import io.github.debertastreams.model.kernel.WeightFormat;
import io.github.debertastreams.model.onnx.Precision;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What computes a model, and how. What is not for the backend given is refused; {@code auto} takes what is for either of its two.
 *
 * @param kind which backend
 * @param threads that compute one batch together on the CPU
 * @param precision of ONNX Runtime's matrix products; null: fp16 on a GPU, fp32 on the CPU
 * @param gpuMemoryMegabytes most GPU memory for ONNX Runtime; 0: no limit
 * @param weights how the native backend keeps the weights of linear layers
 */
public record BackendOptions(
        Kind kind, int threads, @Nullable Precision precision, int gpuMemoryMegabytes, WeightFormat weights) {

    /** The native backend. */
    public static final BackendOptions DEFAULTS = new BackendOptions(Kind.NATIVE, 1, null, 0, WeightFormat.FP32);

    /** What there is to choose from. */
    public enum Kind {
        /** Pure Java. */
        NATIVE,
        /** ONNX Runtime on the CPU. */
        ONNX,
        /** ONNX Runtime on a GPU, or nothing. */
        CUDA,
        /** ONNX Runtime on a GPU where there is one, else what the CPU does. */
        AUTO
    }

    public BackendOptions {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(weights, "weights");
        if (weights != WeightFormat.FP32 && (kind == Kind.ONNX || kind == Kind.CUDA)) {
            throw inapplicable("weights", weights, "native", kind);
        }
        if (precision == Precision.FP16 && kind == Kind.NATIVE) {
            throw inapplicable("precision", precision, "onnx and cuda", kind);
        }
        if (gpuMemoryMegabytes > 0 && (kind == Kind.NATIVE || kind == Kind.ONNX)) {
            throw inapplicable("cuda.memory.mb", gpuMemoryMegabytes, "cuda", kind);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("batch.threads is " + threads + ", expected 1 or more");
        }
        if (gpuMemoryMegabytes < 0) {
            throw new IllegalArgumentException("cuda.memory.mb is " + gpuMemoryMegabytes + ", expected 0 or more");
        }
    }

    private static IllegalArgumentException inapplicable(String key, Object value, String backends, Kind kind) {
        return new IllegalArgumentException(
                (key + " is " + value + ", which is for backend " + backends + ", but backend is " + kind)
                        .toLowerCase(Locale.ROOT));
    }
}
