package io.github.debertastreams.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.debertastreams.model.cli.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A model directory with the shape of a published model and random weights, in a temporary place: speed does not depend on what a
 * model has learned.
 */
final class RandomModel implements AutoCloseable {

    private static final long SEED = 7;
    private static final double DEVIATION = 0.02;

    /** @param buckets position buckets of v2 and v3; 0 for v1 */
    private record Size(int vocabulary, int layers, int hidden, int heads, int inner, int buckets) {}

    private static final Map<String, Size> SIZES = new TreeMap<>(Map.of(
            "deberta-base", new Size(50_265, 12, 768, 12, 3072, 0),
            "deberta-large", new Size(50_265, 24, 1024, 16, 4096, 0),
            "deberta-v3-xsmall", new Size(128_100, 12, 384, 6, 1536, 256),
            "deberta-v3-small", new Size(128_100, 6, 768, 12, 3072, 256),
            "deberta-v3-base", new Size(128_100, 12, 768, 12, 3072, 256),
            "deberta-v3-large", new Size(128_100, 24, 1024, 16, 4096, 256)));

    private final Path directory;

    private RandomModel(Path directory) {
        this.directory = directory;
    }

    /** Writes config.json and model.safetensors of a published size, such as {@code deberta-v3-base}. */
    static RandomModel write(String name) {
        Size size = SIZES.get(name.substring(name.lastIndexOf('/') + 1));
        if (size == null) {
            throw new CommandException("random model '" + name + "' is unknown, expected one of " + SIZES.keySet());
        }
        try {
            RandomModel model = new RandomModel(Files.createTempDirectory("deberta-random"));
            new ObjectMapper().writeValue(model.directory.resolve("config.json").toFile(), config(size));
            writeWeights(model.directory.resolve("model.safetensors"), tensors(size));
            return model;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a random model: " + e.getMessage(), e);
        }
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(directory.resolve("config.json"));
            Files.deleteIfExists(directory.resolve("model.safetensors"));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> config(Size size) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", size.buckets > 0 ? "deberta-v2" : "deberta");
        config.put("vocab_size", size.vocabulary);
        config.put("hidden_size", size.hidden);
        config.put("num_hidden_layers", size.layers);
        config.put("num_attention_heads", size.heads);
        config.put("intermediate_size", size.inner);
        config.put("hidden_act", "gelu");
        config.put("max_position_embeddings", 512);
        config.put("type_vocab_size", 0);
        config.put("layer_norm_eps", 1e-7);
        config.put("relative_attention", true);
        config.put("max_relative_positions", -1);
        config.put("position_biased_input", false);
        config.put("pos_att_type", List.of("c2p", "p2c"));
        if (size.buckets > 0) {
            config.put("position_buckets", size.buckets);
            config.put("norm_rel_ebd", "layer_norm");
            config.put("share_att_key", true);
        }
        return config;
    }

    private static Map<String, int[]> tensors(Size size) {
        Map<String, int[]> tensors = new LinkedHashMap<>();
        int hidden = size.hidden;
        tensors.put("embeddings.word_embeddings.weight", new int[] {size.vocabulary, hidden});
        norm(tensors, "embeddings.LayerNorm", hidden);
        boolean first = size.buckets == 0;
        tensors.put("encoder.rel_embeddings.weight", new int[] {2 * (first ? 512 : size.buckets), hidden});
        if (!first) {
            norm(tensors, "encoder.LayerNorm", hidden);
        }
        for (int layer = 0; layer < size.layers; layer++) {
            String prefix = "encoder.layer." + layer;
            if (first) {
                firstAttention(tensors, prefix + ".attention.self", hidden);
            } else {
                for (String name : List.of("query_proj", "key_proj", "value_proj")) {
                    linear(tensors, prefix + ".attention.self." + name, hidden, hidden);
                }
            }
            linear(tensors, prefix + ".attention.output.dense", hidden, hidden);
            norm(tensors, prefix + ".attention.output.LayerNorm", hidden);
            linear(tensors, prefix + ".intermediate.dense", size.inner, hidden);
            linear(tensors, prefix + ".output.dense", hidden, size.inner);
            norm(tensors, prefix + ".output.LayerNorm", hidden);
        }
        return tensors;
    }

    private static void firstAttention(Map<String, int[]> tensors, String prefix, int hidden) {
        tensors.put(prefix + ".in_proj.weight", new int[] {3 * hidden, hidden});
        tensors.put(prefix + ".q_bias", new int[] {hidden});
        tensors.put(prefix + ".v_bias", new int[] {hidden});
        tensors.put(prefix + ".pos_proj.weight", new int[] {hidden, hidden});
        linear(tensors, prefix + ".pos_q_proj", hidden, hidden);
    }

    private static void linear(Map<String, int[]> tensors, String name, int outputs, int inputs) {
        tensors.put(name + ".weight", new int[] {outputs, inputs});
        tensors.put(name + ".bias", new int[] {outputs});
    }

    private static void norm(Map<String, int[]> tensors, String name, int size) {
        tensors.put(name + ".weight", new int[] {size});
        tensors.put(name + ".bias", new int[] {size});
    }

    private static void writeWeights(Path file, Map<String, int[]> tensors) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
            long end = offset + 4L * elements(tensor.getValue());
            header.put(
                    tensor.getKey(),
                    Map.of("dtype", "F32", "shape", tensor.getValue(), "data_offsets", new long[] {offset, end}));
            offset = end;
        }
        byte[] json = new ObjectMapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer start = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
            start.putLong(json.length).put(json).flip();
            channel.write(start);
            Random random = new Random(SEED);
            for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
                // The gains of a normalisation are one, as they are before training.
                boolean gain = tensor.getKey().endsWith("LayerNorm.weight");
                writeTensor(channel, elements(tensor.getValue()), gain ? 1 : 0, gain ? 0 : DEVIATION, random);
            }
        }
    }

    private static void writeTensor(FileChannel channel, int elements, double mean, double deviation, Random random)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        for (int element = 0; element < elements; element++) {
            // uniform, with that deviation: as good for speed, and drawn in a tenth of the time
            buffer.putFloat((float) (mean + deviation * 3.4641 * (random.nextFloat() - 0.5)));
            if (!buffer.hasRemaining() || element == elements - 1) {
                channel.write(buffer.flip());
                buffer.clear();
            }
        }
    }

    private static int elements(int[] shape) {
        int elements = 1;
        for (int dimension : shape) {
            elements = Math.multiplyExact(elements, dimension);
        }
        return elements;
    }
}
