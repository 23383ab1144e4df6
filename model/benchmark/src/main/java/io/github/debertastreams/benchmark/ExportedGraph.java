package io.github.debertastreams.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A graph that torch.onnx.export wrote, in ONNX Runtime with all optimisations. */
final class ExportedGraph implements AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final String name;
    private final OrtSession session;

    /** @param threads of each operator */
    ExportedGraph(Path file, int threads) {
        this.name = "ONNX Runtime " + environment.getVersion() + ", " + file.getFileName();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            this.session = environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }

    String name() {
        return name;
    }

    /** The graph's inputs; whatever is not the attention mask gets the ids. */
    Map<String, OnnxTensor> inputs(long[] ids, long[] mask, int texts, int length) {
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        for (String input : session.getInputNames()) {
            inputs.put(input, tensor(input.equals("attention_mask") ? mask : ids, texts, length));
        }
        return inputs;
    }

    private OnnxTensor tensor(long[] values, long... shape) {
        try {
            return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    OrtSession.Result run(Map<String, OnnxTensor> inputs) {
        try {
            return session.run(inputs);
        } catch (OrtException e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
