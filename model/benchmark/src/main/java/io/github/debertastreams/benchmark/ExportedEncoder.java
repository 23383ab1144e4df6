package io.github.debertastreams.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A graph that torch.onnx.export wrote, in ONNX Runtime with all optimisations: padded tensors, output left where it is. */
final class ExportedEncoder implements EncoderContestant {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final String name;
    private final OrtSession session;
    private final int vocabularySize;
    private EncoderShape shape = EncoderShape.parse("1x1");
    private Map<String, OnnxTensor> inputs = Map.of();

    ExportedEncoder(Path file, int threads, int vocabularySize) {
        this.name = "ONNX Runtime " + environment.getVersion() + ", " + file.getFileName();
        this.vocabularySize = vocabularySize;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            this.session = environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare(EncoderShape newShape) {
        closeInputs();
        shape = newShape;
        int length = shape.longest();
        long[] ids = new long[shape.texts() * length];
        long[] mask = new long[ids.length];
        int[][] texts = shape.inputIds(vocabularySize);
        for (int text = 0; text < texts.length; text++) {
            for (int token = 0; token < texts[text].length; token++) {
                ids[text * length + token] = texts[text][token];
                mask[text * length + token] = 1;
            }
        }
        inputs = new LinkedHashMap<>();
        for (String input : session.getInputNames()) {
            inputs.put(input, tensor(input.equals("attention_mask") ? mask : ids, shape.texts(), length));
        }
    }

    private OnnxTensor tensor(long[] values, long... tensorShape) {
        try {
            return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), tensorShape);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void pass() {
        try (OrtSession.Result result = session.run(inputs)) {
            if (result.size() == 0) {
                throw new IllegalStateException(name + " has no output");
            }
        } catch (OrtException e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public float[] hiddenStates() {
        try (OrtSession.Result result = session.run(inputs)) {
            OnnxTensor output = (OnnxTensor) result.get(0);
            FloatBuffer padded = output.getFloatBuffer();
            int hidden = padded.remaining() / shape.texts() / shape.longest();
            float[] packed = new float[shape.tokens() * hidden];
            int at = 0;
            for (int text = 0; text < shape.texts(); text++) {
                int count = shape.lengths()[text] * hidden;
                padded.get(text * shape.longest() * hidden, packed, at, count);
                at += count;
            }
            return Arrays.copyOf(packed, at);
        } catch (OrtException e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        }
    }

    private void closeInputs() {
        inputs.values().forEach(OnnxTensor::close);
        inputs = Map.of();
    }

    @Override
    public void close() {
        closeInputs();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
