package io.github.debertastreams.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Model directories whose weights are a formula: the one of src/test/scripts/pipelines.py. */
public final class FormulaModel {

    private static final JsonMapper JSON = new JsonMapper();

    private FormulaModel() {}

    /**
     * Writes a model directory.
     *
     * @param model {@code config}, and {@code tensors} with shape, scale and offset by name
     * @param tokenizer a directory with a tokenizer.json
     * @param maxLength what the tokenizer says is the longest input
     */
    public static Path write(Path directory, JsonNode model, Path tokenizer, int maxLength) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), JSON.writeValueAsString(model.get("config")));
        Files.copy(tokenizer.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"model_max_length\":" + maxLength + "}");
        Map<String, float[]> values = new LinkedHashMap<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> tensor : model.get("tensors").properties()) {
            JsonNode law = tensor.getValue();
            long[] shape = new long[law.get("shape").size()];
            long size = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = law.get("shape").get(i).longValue();
                size *= shape[i];
            }
            shapes.put(tensor.getKey(), shape);
            values.put(
                    tensor.getKey(),
                    values(
                            tensor.getKey(),
                            Math.toIntExact(size),
                            law.get("scale").doubleValue(),
                            law.get("offset").doubleValue()));
        }
        SafetensorsFile.write(directory.resolve("model.safetensors"), values, shapes);
        return directory;
    }

    /**
     * Writes all models of a file of {@code pipelines.py}, each in a directory of its name.
     *
     * @param file gzipped JSON, {@code models} by name
     */
    public static void writeAll(Path directory, Path file, Path tokenizer, int maxLength) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            for (Map.Entry<String, JsonNode> model :
                    JSON.readTree(in).get("models").properties()) {
                write(directory.resolve(model.getKey()), model.getValue(), tokenizer, maxLength);
            }
        }
    }

    /** Values between {@code offset - scale / 2} and {@code offset + scale / 2}: FNV-1a of the name, SplitMix64 of the index. */
    private static float[] values(String name, int size, double scale, double offset) {
        long state = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            state = (state ^ (b & 0xFF)) * 0x100000001B3L;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            long z = state + (i + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            double unit = (z >>> 40) / 0x1p24 - 0.5;
            values[i] = (float) (unit * scale + offset);
        }
        return values;
    }
}
