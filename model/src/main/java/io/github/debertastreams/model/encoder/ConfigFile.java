package io.github.debertastreams.model.encoder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.debertastreams.model.encoder.ModelConfig.ProblemType;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One config.json: its keys, their defaults and their checks. Source: HF {@code DebertaConfig}, {@code DebertaV2Config}. */
record ConfigFile(JsonNode json) {

    private static final String FILE = "config.json";
    private static final long MAX_FILE_BYTES = 16 << 20;
    private static final int MAX_DIMENSION = 1 << 20;
    private static final int MAX_LAYERS = 512;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    static ConfigFile read(Path directory) {
        Path path = directory.resolve(FILE);
        JsonNode json;
        try {
            if (!Files.isRegularFile(path)) {
                throw ModelException.bundle(directory + ": has no " + FILE);
            }
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw ModelException.bundle(
                        path + ": has " + Files.size(path) + " bytes, expected at most " + MAX_FILE_BYTES);
            }
            json = JSON.readTree(Files.readAllBytes(path));
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, path + ": cannot be read: " + e.getMessage(), e);
        }
        if (json == null || !json.isObject()) {
            throw ModelException.bundle(path + ": is not a JSON object");
        }
        return new ConfigFile(json);
    }

    ModelConfig config() {
        ModelType type = type();
        if (json.hasNonNull("quantization_config")) {
            throw ModelException.bundle(FILE + ": has a quantization_config; expected weights that are not quantized");
        }
        boolean second = type == ModelType.DEBERTA_V2;
        int hiddenSize = dimension("hidden_size", second ? 1536 : 768);
        int maxPositionEmbeddings = dimension("max_position_embeddings", 512);
        return new ModelConfig(
                type,
                architectures(),
                dimension("vocab_size", second ? 128100 : 50265),
                hiddenSize,
                dimension("embedding_size", hiddenSize),
                integer("num_hidden_layers", second ? 24 : 12, 0, MAX_LAYERS),
                dimension("intermediate_size", second ? 6144 : 3072),
                activation("hidden_act", "gelu"),
                dimension("pooler_hidden_size", hiddenSize),
                activation("pooler_hidden_act", "gelu"),
                maxPositionEmbeddings,
                integer("type_vocab_size", 0, 0, MAX_DIMENSION),
                layerNormEps(),
                flag("position_biased_input", true),
                second
                        ? secondAttention(hiddenSize, maxPositionEmbeddings)
                        : firstAttention(hiddenSize, maxPositionEmbeddings),
                second ? convolution() : null,
                flag("legacy", true),
                problemType(),
                labels());
    }

    private ModelType type() {
        String name = text("model_type", "(missing)");
        for (ModelType type : ModelType.values()) {
            if (type.key().equals(name)) {
                return type;
            }
        }
        throw ModelException.bundle(FILE + ": model_type is '" + name + "', expected 'deberta' or 'deberta-v2'");
    }

    private List<String> architectures() {
        List<String> names = new ArrayList<>();
        json.path("architectures").forEach(name -> names.add(name.asText()));
        return names;
    }

    /** v1: the length of the list of position terms counts, whatever is in it. */
    private AttentionConfig firstAttention(int hiddenSize, int maxPositionEmbeddings) {
        int numHeads = numHeads(hiddenSize, 12);
        List<String> positions = positionAttention();
        boolean relative = flag("relative_attention", false);
        return new AttentionConfig(
                numHeads,
                hiddenSize / numHeads,
                1 + positions.size(),
                relative && positions.contains("c2p"),
                relative && positions.contains("p2c"),
                maxRelativePositions(maxPositionEmbeddings),
                0,
                false,
                false,
                flag("talking_head", false));
    }

    /** v2: c2p and p2c count, once each. */
    private AttentionConfig secondAttention(int hiddenSize, int maxPositionEmbeddings) {
        int numHeads = numHeads(hiddenSize, 24);
        List<String> positions = positionAttention();
        boolean relative = flag("relative_attention", false);
        boolean contentToPosition = positions.contains("c2p");
        boolean positionToContent = positions.contains("p2c");
        List<String> norms = alternatives(text("norm_rel_ebd", "none"));
        int buckets = integer("position_buckets", -1, Integer.MIN_VALUE, MAX_DIMENSION);
        return new AttentionConfig(
                numHeads,
                dimension("attention_head_size", hiddenSize / numHeads),
                1 + (contentToPosition ? 1 : 0) + (positionToContent ? 1 : 0),
                relative && contentToPosition,
                relative && positionToContent,
                maxRelativePositions(maxPositionEmbeddings),
                relative ? Math.max(0, buckets) : 0,
                flag("share_att_key", false),
                norms.contains("layer_norm"),
                false);
    }

    private int numHeads(int hiddenSize, int fallback) {
        int numHeads = dimension("num_attention_heads", fallback);
        if (hiddenSize % numHeads != 0) {
            throw ModelException.bundle(
                    FILE + ": hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + numHeads);
        }
        return numHeads;
    }

    private int maxRelativePositions(int maxPositionEmbeddings) {
        int positions = integer("max_relative_positions", -1, Integer.MIN_VALUE, MAX_DIMENSION);
        return positions < 1 ? maxPositionEmbeddings : positions;
    }

    private List<String> positionAttention() {
        JsonNode node = json.path("pos_att_type");
        List<String> types = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(element -> types.add(element.asText().strip()));
        } else if (node.isTextual()) {
            types.addAll(alternatives(node.asText()));
        } else if (!node.isMissingNode() && !node.isNull()) {
            throw ModelException.bundle(FILE + ": pos_att_type is " + node + ", expected a text or a list");
        }
        for (String type : types) {
            // an empty text is a list of one empty entry to Hugging Face: it counts, and adds nothing
            if (!List.of("c2p", "p2c", "p2p", "").contains(type)) {
                throw ModelException.bundle(FILE + ": pos_att_type has '" + type + "', expected c2p, p2c or p2p");
            }
        }
        return types;
    }

    private static List<String> alternatives(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.toLowerCase(Locale.ROOT).split("\\|", -1)) {
            parts.add(part.strip());
        }
        return parts;
    }

    private @Nullable ConvolutionConfig convolution() {
        int kernelSize = integer("conv_kernel_size", 0, Integer.MIN_VALUE, MAX_DIMENSION);
        return kernelSize <= 0
                ? null
                : new ConvolutionConfig(kernelSize, dimension("conv_groups", 1), activation("conv_act", "tanh"));
    }

    private float layerNormEps() {
        JsonNode node = json.path("layer_norm_eps");
        if (node.isMissingNode() || node.isNull()) {
            return 1e-7f;
        }
        if (!node.isNumber() || !(node.asDouble() >= 0 && node.asDouble() < 1)) {
            throw ModelException.bundle(FILE + ": layer_norm_eps is " + node + ", expected a number from 0 to 1");
        }
        return (float) node.asDouble();
    }

    private ProblemType problemType() {
        String name = text("problem_type", "unset");
        for (ProblemType type : ProblemType.values()) {
            if (type.name().equalsIgnoreCase(name)) {
                return type;
            }
        }
        throw ModelException.bundle(FILE + ": problem_type is '" + name
                + "', expected regression, single_label_classification or multi_label_classification");
    }

    private List<String> labels() {
        JsonNode idToLabel = json.path("id2label");
        JsonNode labelToId = json.path("label2id");
        SortedMap<Integer, String> labels = new TreeMap<>();
        if (idToLabel.isObject()) {
            for (Map.Entry<String, JsonNode> entry : idToLabel.properties()) {
                put(labels, "id2label", idToLabel.size(), entry.getKey(), entry.getValue());
            }
        } else if (labelToId.isObject()) {
            for (Map.Entry<String, JsonNode> entry : labelToId.properties()) {
                String id = entry.getValue().asText(); // some files have numbers here, some texts
                put(labels, "label2id", labelToId.size(), id, TextNode.valueOf(entry.getKey()));
            }
        } else {
            int count = integer("num_labels", 0, 0, MAX_DIMENSION);
            for (int label = 0; label < count; label++) {
                labels.put(label, "LABEL_" + label);
            }
        }
        return List.copyOf(labels.values());
    }

    private static void put(SortedMap<Integer, String> labels, String key, int count, String idText, JsonNode label) {
        int id = -1;
        try {
            id = Integer.parseInt(idText);
        } catch (NumberFormatException e) {
            // answered below
        }
        if (id < 0 || id >= count) {
            throw ModelException.bundle(
                    FILE + ": " + key + " has the id '" + idText + "', expected the ids 0 to " + (count - 1));
        }
        if (labels.put(id, label.asText()) != null) {
            throw ModelException.bundle(FILE + ": " + key + " has the id " + id + " twice");
        }
    }

    private Activation activation(String key, String fallback) {
        JsonNode node = json.path(key);
        if (!node.isMissingNode() && !node.isNull() && !node.isTextual()) {
            throw ModelException.bundle(FILE + ": " + key + " is " + node + ", expected the name of an activation");
        }
        return Activation.named(key, text(key, fallback));
    }

    private int dimension(String key, int fallback) {
        return integer(key, fallback, 1, MAX_DIMENSION);
    }

    private int integer(String key, int fallback, int least, int most) {
        JsonNode node = json.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return fallback;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
            throw ModelException.bundle(
                    FILE + ": " + key + " is " + node + ", expected a whole number from " + least + " to " + most);
        }
        return node.intValue();
    }

    private boolean flag(String key, boolean fallback) {
        JsonNode node = json.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return fallback;
        }
        if (!node.isBoolean()) {
            throw ModelException.bundle(FILE + ": " + key + " is " + node + ", expected true or false");
        }
        return node.booleanValue();
    }

    private String text(String key, String fallback) {
        JsonNode node = json.path(key);
        return node.isTextual() ? node.asText() : fallback;
    }
}
