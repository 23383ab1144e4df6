package io.github.debertastreams.benchmark;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.Outcome.Timings;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Classification.LabelScore;
import io.github.debertastreams.model.token.EncodeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Text classification as it is put together without this project: DJL's tokenizer and ONNX Runtime on a graph that
 * torch.onnx.export wrote, one text a call. Threads may share it.
 */
final class ExportedClassifier implements SingleTexts {

    private static final int MAX_LENGTH = 512;

    private final DjlTokenizer tokenizer;
    private final ExportedGraph graph;
    private final List<String> labels;

    private ExportedClassifier(DjlTokenizer tokenizer, ExportedGraph graph, List<String> labels) {
        this.tokenizer = tokenizer;
        this.graph = graph;
        this.labels = labels;
    }

    /**
     * Opens the tokenizer and the labels of a model directory, and the graph of its logits, which runs on the calling thread alone.
     *
     * @throws UncheckedIOException if config.json cannot be read
     */
    static ExportedClassifier open(Path modelDirectory, Path graph) {
        DjlTokenizer tokenizer = DjlTokenizer.open(modelDirectory, EncodeOptions.truncatedTo(MAX_LENGTH));
        return new ExportedClassifier(tokenizer, new ExportedGraph(graph, 1), labels(modelDirectory));
    }

    private static List<String> labels(Path modelDirectory) {
        try {
            JsonNode names = new ObjectMapper()
                    .readTree(modelDirectory.resolve("config.json").toFile())
                    .required("id2label");
            String[] labels = new String[names.size()];
            names.properties()
                    .forEach(entry -> labels[Integer.parseInt(entry.getKey())] =
                            entry.getValue().textValue());
            return List.of(labels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The best label of one text, with its probability. */
    @Override
    public Outcome predict(String text) {
        Encoding encoding = tokenizer.encode(text);
        long[] ids = encoding.getIds();
        Map<String, OnnxTensor> inputs = graph.inputs(ids, encoding.getAttentionMask(), 1, ids.length);
        try (OrtSession.Result result = graph.run(inputs)) {
            FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
            int best = 0;
            for (int label = 1; label < labels.size(); label++) {
                best = logits.get(label) > logits.get(best) ? label : best;
            }
            double sum = 0;
            for (int label = 0; label < labels.size(); label++) {
                sum += Math.exp(logits.get(label) - logits.get(best));
            }
            Classification classification = new Classification(List.of(new LabelScore(labels.get(best), 1 / sum)));
            return new Outcome.Predicted(classification, ids.length, false, new Timings(0, 0, 0, 1));
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        graph.close();
        tokenizer.close();
    }
}
