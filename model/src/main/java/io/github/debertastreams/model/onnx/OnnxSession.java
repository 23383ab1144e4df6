package io.github.debertastreams.model.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.debertastreams.model.error.ModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** An ONNX Runtime session and the weights that it reads where they are. Threads may share it; nobody may be in it at its end. */
final class OnnxSession implements AutoCloseable {

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final List<OnnxTensor> weights;
    private final Submission submission;
    private final AtomicBoolean closed = new AtomicBoolean();

    private OnnxSession(
            OrtEnvironment environment, OrtSession session, List<OnnxTensor> weights, OnnxOptions.Device device) {
        this.environment = environment;
        this.session = session;
        this.weights = weights;
        this.submission = Submission.to(device);
    }

    /** Opens a graph of our own; its weights' memory is used as it is. */
    static OnnxSession open(OnnxGraph graph, OnnxOptions options) {
        OrtEnvironment environment = OnnxEnvironment.get();
        Map<String, OnnxTensor> weights = new LinkedHashMap<>();
        try (OrtSession.SessionOptions settings = SessionSettings.of(options)) {
            for (Weight weight : graph.weights()) {
                weights.put(weight.name(), tensor(environment, weight));
            }
            settings.addExternalInitializers(new LinkedHashMap<>(weights));
            OrtSession session = environment.createSession(graph.model(), settings);
            return new OnnxSession(environment, session, new ArrayList<>(weights.values()), options.device());
        } catch (OrtException e) {
            weights.values().forEach(OnnxTensor::close);
            throw failed("ONNX Runtime cannot open the model", e);
        } catch (RuntimeException e) {
            weights.values().forEach(OnnxTensor::close);
            throw e;
        }
    }

    /** Opens a model file. */
    static OnnxSession open(String file, OnnxOptions options) {
        OrtEnvironment environment = OnnxEnvironment.get();
        try (OrtSession.SessionOptions settings = SessionSettings.of(options)) {
            return new OnnxSession(environment, environment.createSession(file, settings), List.of(), options.device());
        } catch (OrtException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE, file + ": ONNX Runtime cannot open it: " + e.getMessage(), e);
        }
    }

    /** Opens a model file on the CPU as it is, packing and improving nothing, and closes it. */
    static void check(String file) {
        try (OrtSession.SessionOptions settings = SessionSettings.of(OnnxOptions.CPU)) {
            settings.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            settings.addConfigEntry("session.disable_prepacking", "1");
            OnnxEnvironment.get().createSession(file, settings).close();
        } catch (OrtException e) {
            throw failed(file + ": ONNX Runtime cannot open it", e);
        }
    }

    Map<String, NodeInfo> inputs() {
        try {
            return session.getInputInfo();
        } catch (OrtException e) {
            throw failed("ONNX Runtime cannot tell the model's inputs", e);
        }
    }

    Map<String, NodeInfo> outputs() {
        try {
            return session.getOutputInfo();
        } catch (OrtException e) {
            throw failed("ONNX Runtime cannot tell the model's outputs", e);
        }
    }

    /** Runs the graph on the inputs that the buffers hold; outputs are written to the buffers. */
    void run(RunBuffers buffers) {
        try (RunBuffers.Bound bound = buffers.bind(environment)) {
            submission
                    .submit(() -> session.run(bound.inputs(), bound.outputs()))
                    .close();
        } catch (OrtException e) {
            throw failed("ONNX Runtime failed", e);
        }
    }

    /** Runs the graph and hands over all of its outputs, whatever their shapes. */
    OrtSession.Result runAll(RunBuffers buffers) {
        try (RunBuffers.Bound bound = buffers.bind(environment)) {
            return submission.submit(() -> session.run(bound.inputs()));
        } catch (OrtException e) {
            throw failed("ONNX Runtime failed", e);
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            submission.close();
            session.close();
        } catch (OrtException e) {
            throw failed("ONNX Runtime cannot close the model", e);
        } finally {
            weights.forEach(OnnxTensor::close);
        }
    }

    static ModelException failed(String what, OrtException e) {
        String reason = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " "); // one line
        return new ModelException(ModelException.Kind.BACKEND, what + ": " + reason, e);
    }

    private static OnnxTensor tensor(OrtEnvironment environment, Weight weight) throws OrtException {
        OnnxJavaType type = switch (weight.type()) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case INT64 -> OnnxJavaType.INT64;
        };
        return OnnxTensor.createTensor(environment, weight.elements().get(), weight.shape(), type);
    }
}
