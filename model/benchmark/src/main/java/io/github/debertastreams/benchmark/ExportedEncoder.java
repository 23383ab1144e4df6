package io.github.debertastreams.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** An exported encoder on padded tensors; its output is left where it is. */
final class ExportedEncoder implements EncoderContestant {

    private final ExportedGraph graph;
    private final int vocabularySize;
    private EncoderShape shape = EncoderShape.parse("1x1");
    private Map<String, OnnxTensor> inputs = Map.of();

    ExportedEncoder(Path file, int threads, int vocabularySize) {
        this.graph = new ExportedGraph(file, threads);
        this.vocabularySize = vocabularySize;
    }

    @Override
    public String name() {
        return graph.name();
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
        inputs = graph.inputs(ids, mask, shape.texts(), length);
    }

    @Override
    public void pass() {
        try (OrtSession.Result result = graph.run(inputs)) {
            if (result.size() == 0) {
                throw new IllegalStateException(name() + " has no output");
            }
        }
    }

    @Override
    public float[] hiddenStates() {
        try (OrtSession.Result result = graph.run(inputs)) {
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
        }
    }

    private void closeInputs() {
        inputs.values().forEach(OnnxTensor::close);
        inputs = Map.of();
    }

    @Override
    public void close() {
        closeInputs();
        graph.close();
    }
}
