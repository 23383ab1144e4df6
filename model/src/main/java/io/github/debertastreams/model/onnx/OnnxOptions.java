package io.github.debertastreams.model.onnx;

/**
 * How ONNX Runtime is to run a model.
 *
 * @param device where
 * @param threads that one run uses on the CPU; runs of several callers go side by side
 * @param precision of the matrix products
 * @param gpuMemoryLimit most bytes of GPU memory; 0: no limit
 */
public record OnnxOptions(Device device, int threads, Precision precision, long gpuMemoryLimit) {

    /** Kinds of machines. */
    public enum Device {
        CPU,
        CUDA
    }

    public OnnxOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("batch.threads is " + threads + ", expected 1 or more");
        }
        if (gpuMemoryLimit < 0) {
            throw new IllegalArgumentException("GPU memory limit is " + gpuMemoryLimit + ", expected 0 or more");
        }
    }

    /** The same in another precision. */
    OnnxOptions with(Precision other) {
        return new OnnxOptions(device, threads, other, gpuMemoryLimit);
    }

    /** One thread of the CPU for each run, in fp32. */
    public static final OnnxOptions CPU = new OnnxOptions(Device.CPU, 1, Precision.FP32, 0);
}
