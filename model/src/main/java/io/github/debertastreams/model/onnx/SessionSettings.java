package io.github.debertastreams.model.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/** What ONNX Runtime is told when a session opens. */
final class SessionSettings {

    private static final int FIRST_DEVICE = 0;

    private SessionSettings() {}

    static SessionOptions of(OnnxOptions options) throws OrtException {
        SessionOptions settings = new SessionOptions();
        try {
            settings.setIntraOpNumThreads(options.threads());
            settings.setInterOpNumThreads(1);
            // threads wait awake within a run, asleep between runs: the processor has other work
            settings.addConfigEntry("session.intra_op.allow_spinning", options.threads() > 1 ? "1" : "0");
            settings.addConfigEntry("session.force_spinning_stop", "1");
            // a pattern is kept for every shape seen, and shapes vary without end here
            settings.setMemoryPatternOptimization(false);
            if (options.device() == OnnxOptions.Device.CUDA) {
                addCuda(settings, options);
            }
            return settings;
        } catch (OrtException | RuntimeException e) {
            settings.close();
            throw e;
        }
    }

    private static void addCuda(SessionOptions settings, OnnxOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(FIRST_DEVICE)) {
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            if (options.gpuMemoryLimit() > 0) {
                cuda.add("gpu_mem_limit", Long.toString(options.gpuMemoryLimit()));
            }
            if (options.precision() == Precision.FP32) {
                cuda.add("use_tf32", "0");
            }
            settings.addCUDA(cuda);
            // that shapes are computed on the CPU is no news, and two lines at each opening
            settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        }
    }
}
