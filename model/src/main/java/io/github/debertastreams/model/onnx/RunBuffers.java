package io.github.debertastreams.model.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Direct memory for a run's inputs and outputs, by name; it grows to the largest run seen and is reused. For one run at a time.
 */
final class RunBuffers {

    private final Map<String, ByteBuffer> memory = new HashMap<>();
    private final Map<String, Shaped<LongBuffer>> inputs = new LinkedHashMap<>();
    private final Map<String, Shaped<FloatBuffer>> outputs = new LinkedHashMap<>();

    private record Shaped<B>(B elements, long[] shape) {}

    /** Forgets the last run's inputs and outputs, and keeps their memory. */
    RunBuffers clear() {
        inputs.clear();
        outputs.clear();
        return this;
    }

    /** An input to be filled. */
    LongBuffer input(String name, long... shape) {
        LongBuffer elements = bytes(name, Long.BYTES, shape).asLongBuffer();
        inputs.put(name, new Shaped<>(elements, shape));
        return elements;
    }

    /** An output to be read after the run. */
    FloatBuffer output(String name, long... shape) {
        FloatBuffer elements = bytes(name, Float.BYTES, shape).asFloatBuffer();
        outputs.put(name, new Shaped<>(elements, shape));
        return elements;
    }

    /** Takes back an output that was asked for. */
    void dropOutput(String name) {
        outputs.remove(name);
    }

    /** Tensors over the buffers, for one run. */
    Bound bind(OrtEnvironment environment) throws OrtException {
        Bound bound = new Bound(new LinkedHashMap<>(), new LinkedHashMap<>());
        try {
            for (Map.Entry<String, Shaped<LongBuffer>> input : inputs.entrySet()) {
                Shaped<LongBuffer> shaped = input.getValue();
                bound.inputs.put(
                        input.getKey(),
                        OnnxTensor.createTensor(environment, shaped.elements().rewind(), shaped.shape()));
            }
            for (Map.Entry<String, Shaped<FloatBuffer>> output : outputs.entrySet()) {
                Shaped<FloatBuffer> shaped = output.getValue();
                bound.outputs.put(
                        output.getKey(),
                        OnnxTensor.createTensor(environment, shaped.elements().rewind(), shaped.shape()));
            }
            return bound;
        } catch (OrtException e) {
            bound.close();
            throw e;
        }
    }

    /** Inputs and outputs of one run as ONNX Runtime has them. */
    record Bound(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) implements AutoCloseable {

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
        }
    }

    private ByteBuffer bytes(String name, int elementBytes, long... shape) {
        long length = elementBytes;
        for (long dimension : shape) {
            length = Math.multiplyExact(length, dimension);
        }
        int needed = Math.toIntExact(length);
        ByteBuffer bytes = memory.get(name);
        if (bytes == null || bytes.capacity() < needed) {
            bytes = ByteBuffer.allocateDirect(needed).order(ByteOrder.nativeOrder());
            memory.put(name, bytes);
        }
        return bytes.duplicate().order(ByteOrder.nativeOrder()).limit(needed);
    }
}
