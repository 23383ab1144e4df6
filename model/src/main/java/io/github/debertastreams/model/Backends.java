package io.github.debertastreams.model;

import io.github.debertastreams.model.cpu.CpuBackend;
import io.github.debertastreams.model.encoder.Backend;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.kernel.EmbeddingTable;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.onnx.CudaPreflight;
import io.github.debertastreams.model.onnx.OnnxBackend;
import io.github.debertastreams.model.onnx.OnnxOptions;
import io.github.debertastreams.model.onnx.Precision;
import io.github.debertastreams.model.onnx.ReadyBackend;
import io.github.debertastreams.model.weights.Checkpoint;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the backend that the options ask for. */
record Backends(ModelOptions options, HeadChoice head) {

    private static final Logger log = LoggerFactory.getLogger(Backends.class);

    /** A backend, and its model's head, which ONNX Runtime does not need: it is loaded when somebody asks. */
    record Opened(Backend backend, Supplier<Head> head) {}

    Opened open(Checkpoint checkpoint) {
        BackendOptions.Kind kind = options.backend().kind();
        if (kind == BackendOptions.Kind.ONNX) {
            return openOnnx(checkpoint, OnnxOptions.Device.CPU);
        }
        if (kind == BackendOptions.Kind.NATIVE) {
            return openNative(checkpoint);
        }
        return onGpu(() -> openOnnx(checkpoint, OnnxOptions.Device.CUDA)).orElseGet(() -> openNative(checkpoint));
    }

    /** Opens a graph that somebody else made. */
    ReadyBackend openFile(Path file) {
        try {
            Optional<ReadyBackend> onGpu = options.backend().kind() == BackendOptions.Kind.ONNX
                    ? Optional.empty()
                    : onGpu(() -> openFile(file, OnnxOptions.Device.CUDA));
            return onGpu.orElseGet(() -> openFile(file, OnnxOptions.Device.CPU));
        } catch (NoClassDefFoundError e) { // an optional dependency
            throw withoutOnnxRuntime(file.toString(), e);
        }
    }

    private ReadyBackend openFile(Path file, OnnxOptions.Device device) {
        return ReadyBackend.open(file, head.config(), onnxOptions(device));
    }

    /** What opens on a GPU, where there is one that works. Else {@code cuda} fails; {@code auto} goes on and says why. */
    private <T> Optional<T> onGpu(Supplier<T> opener) {
        boolean required = options.backend().kind() == BackendOptions.Kind.CUDA;
        String problem = CudaPreflight.ofThisProcess().problem().orElse(null);
        if (problem == null) {
            try {
                return Optional.of(opener.get());
            } catch (ModelException e) {
                if (required && e.kind() != ModelException.Kind.BACKEND) { // not the GPU's fault
                    throw e;
                }
                problem = e.getMessage();
            }
        }
        if (required) {
            throw ModelException.bundle("backend cuda cannot be used: " + problem);
        }
        log.warn("backend auto runs on the CPU: {}", problem);
        return Optional.empty();
    }

    /** The kernels warm up, if they should, while the weights are read. */
    private Opened openNative(Checkpoint checkpoint) {
        Kernels kernels = Kernels.get(options.backend().weights());
        CompletableFuture<?> warm = options.warmUp()
                ? CompletableFuture.runAsync(kernels::warmUp, Backends::start) // the common pool's threads pack weights
                : CompletableFuture.completedFuture(null);
        EmbeddingTable words = CpuBackend.wordEmbeddings(checkpoint, head.config());
        Head loaded = head.load(checkpoint, Kernels.get(), words); // few weights, near the scores: in fp32
        Backend backend = CpuBackend.load(
                checkpoint,
                kernels,
                head.config(),
                words,
                loaded,
                options.backend().threads());
        warm.join();
        return new Opened(backend, () -> loaded);
    }

    private static void start(Runnable warmUp) {
        Thread thread = new Thread(warmUp, "deberta-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private Opened openOnnx(Checkpoint checkpoint, OnnxOptions.Device device) {
        try {
            Backend backend = OnnxBackend.open(
                    head.config(),
                    head.graphHead(checkpoint),
                    onnxOptions(device),
                    () -> Checkpoint.open(options.model()));
            return new Opened(backend, new LazyHead());
        } catch (NoClassDefFoundError e) { // an optional dependency
            throw withoutOnnxRuntime(
                    "backend " + options.backend().kind().name().toLowerCase(Locale.ROOT), e);
        }
    }

    static ModelException withoutOnnxRuntime(String what, NoClassDefFoundError cause) {
        return new ModelException(
                ModelException.Kind.BUNDLE,
                what + " needs com.microsoft.onnxruntime:onnxruntime on the class path",
                cause);
    }

    private OnnxOptions onnxOptions(OnnxOptions.Device device) {
        BackendOptions backend = options.backend();
        Precision usual = device == OnnxOptions.Device.CUDA ? Precision.FP16 : Precision.FP32;
        Precision precision = backend.precision() == null ? usual : backend.precision();
        return new OnnxOptions(device, backend.threads(), precision, (long) backend.gpuMemoryMegabytes() << 20);
    }

    /** The head, from the checkpoint opened once more. */
    private final class LazyHead implements Supplier<Head> {
        private @Nullable Head loaded;

        @Override
        public synchronized Head get() {
            Head result = loaded;
            if (result == null) {
                try (Checkpoint checkpoint = Checkpoint.open(options.model())) {
                    result = head.load(checkpoint, Kernels.get(), CpuBackend.wordEmbeddings(checkpoint, head.config()));
                }
                loaded = result;
            }
            return result;
        }
    }
}
