package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.weights.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A checkpoint as an ONNX file for any program, its weights beside it in {@code FILE.data}. */
public final class OnnxFile {

    private static final int CHUNK = 8 << 20;

    private OnnxFile() {}

    /**
     * Writes both files, one tensor in memory at a time, and opens them in ONNX Runtime as a check.
     *
     * @return the file of weights
     * @throws ModelException of kind {@code BUNDLE} when a tensor is missing, of kind {@code BACKEND} when a file cannot be written
     */
    public static Path write(
            Checkpoint checkpoint, ModelConfig config, GraphHead head, Precision precision, Path file) {
        Path weights = file.resolveSibling(file.getFileName() + ".data");
        GraphForm form = GraphForm.exported(weights.getFileName().toString());
        OnnxGraph graph = DebertaGraph.of(checkpoint, config, head, form, precision);
        try {
            writeWeights(graph, weights);
            Files.write(file, graph.model());
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BACKEND, file + ": cannot be written: " + e.getMessage(), e);
        }
        OnnxSession.check(file.toString());
        return weights;
    }

    private static void writeWeights(OnnxGraph graph, Path file) throws IOException {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (int i = 0; i < graph.weights().size(); i++) {
                ByteBuffer elements = graph.weights().get(i).elements().get();
                out.position(graph.offsets().get(i));
                int end = elements.limit();
                while (elements.position() < end) {
                    out.write(elements.limit(Math.min(end, elements.position() + CHUNK)));
                }
            }
        }
    }
}
