package io.github.debertastreams.model.encoder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What config.json says about a model, checked. Keys that are absent have the defaults of Hugging Face's {@code DebertaConfig}.
 *
 * @param positionAttention number of {@code pos_att_type} entries, of any kind: they divide the scores although only c2p and p2c
 *     add to them
 * @param maxRelativePositions span of the relative positions, already resolved where the file says -1
 * @param labels by id; empty where the file names none
 */
public record ModelConfig(
        int vocabularySize,
        int hiddenSize,
        int embeddingSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenActivation,
        Activation poolerActivation,
        int maxPositionEmbeddings,
        int typeVocabularySize,
        float layerNormEps,
        boolean relativeAttention,
        int maxRelativePositions,
        boolean contentToPosition,
        boolean positionToContent,
        int positionAttention,
        boolean positionBiasedInput,
        ProblemType problemType,
        List<String> labels) {

    /** How logits become scores; {@code problem_type}. */
    public enum ProblemType {
        UNSET,
        REGRESSION,
        SINGLE_LABEL_CLASSIFICATION,
        MULTI_LABEL_CLASSIFICATION
    }

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

    public ModelConfig {
        if (hiddenSize % numAttentionHeads != 0) {
            throw ModelException.bundle(FILE + ": hidden_size " + hiddenSize
                    + " is not a multiple of num_attention_heads " + numAttentionHeads);
        }
        labels = List.copyOf(labels);
    }

    /** Width of one attention head. */
    public int headSize() {
        return hiddenSize / numAttentionHeads;
    }

    /**
     * Reads a model directory's config.json.
     *
     * @throws ModelException of kind {@code BUNDLE} when it is missing, malformed, or asks for what is not supported, by name
     */
    public static ModelConfig read(Path directory) {
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
        return new Reader(json).config();
    }

    /** One config.json's keys with their checks. */
    private record Reader(JsonNode json) {

        ModelConfig config() {
            refuseUnsupported();
            int hiddenSize = dimension("hidden_size", 768);
            int maxPositionEmbeddings = dimension("max_position_embeddings", 512);
            int maxRelativePositions = integer("max_relative_positions", -1, Integer.MIN_VALUE, MAX_DIMENSION);
            boolean relativeAttention = flag("relative_attention", false);
            List<String> positionAttention = positionAttention();
            return new ModelConfig(
                    dimension("vocab_size", 50265),
                    hiddenSize,
                    dimension("embedding_size", hiddenSize),
                    integer("num_hidden_layers", 12, 0, MAX_LAYERS),
                    dimension("num_attention_heads", 12),
                    dimension("intermediate_size", 3072),
                    Activation.named("hidden_act", text("hidden_act", "gelu")),
                    Activation.named("pooler_hidden_act", text("pooler_hidden_act", "gelu")),
                    maxPositionEmbeddings,
                    integer("type_vocab_size", 0, 0, MAX_DIMENSION),
                    (float) json.path("layer_norm_eps").asDouble(1e-7),
                    relativeAttention,
                    maxRelativePositions < 1 ? maxPositionEmbeddings : maxRelativePositions,
                    relativeAttention && positionAttention.contains("c2p"),
                    relativeAttention && positionAttention.contains("p2c"),
                    positionAttention.size(),
                    flag("position_biased_input", true),
                    problemType(),
                    labels());
        }

        private void refuseUnsupported() {
            String modelType = text("model_type", "(missing)");
            if (!modelType.equals("deberta")) {
                throw ModelException.bundle(FILE + ": model_type is '" + modelType + "', expected 'deberta'");
            }
            if (json.hasNonNull("quantization_config")) {
                throw ModelException.bundle(
                        FILE + ": has a quantization_config; expected weights that are not quantized");
            }
            if (flag("talking_head", false)) {
                throw ModelException.bundle(FILE + ": talking_head is true, expected false: not supported");
            }
        }

        private List<String> positionAttention() {
            JsonNode node = json.path("pos_att_type");
            List<String> types = new ArrayList<>();
            if (node.isArray()) {
                node.forEach(element -> types.add(element.asText().strip()));
            } else if (node.isTextual()) {
                for (String type : node.asText().split("\\|")) {
                    types.add(type.strip());
                }
            }
            for (String type : types) {
                if (!List.of("c2p", "p2c", "p2p").contains(type)) {
                    throw ModelException.bundle(FILE + ": pos_att_type has '" + type + "', expected c2p, p2c or p2p");
                }
            }
            return types;
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
            JsonNode node = json.path("id2label");
            if (!node.isObject()) {
                int count = integer("num_labels", 0, 0, MAX_DIMENSION);
                List<String> labels = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    labels.add("LABEL_" + i);
                }
                return labels;
            }
            List<String> labels = new ArrayList<>(Collections.nCopies(node.size(), ""));
            boolean[] seen = new boolean[node.size()];
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                int id = parseId(entry.getKey(), node.size());
                if (seen[id]) {
                    throw ModelException.bundle(FILE + ": id2label has the id " + id + " twice");
                }
                seen[id] = true;
                labels.set(id, entry.getValue().asText());
            }
            return labels;
        }

        private static int parseId(String key, int count) {
            try {
                int id = Integer.parseInt(key);
                if (id >= 0 && id < count) {
                    return id;
                }
            } catch (NumberFormatException e) {
                // answered below
            }
            throw ModelException.bundle(
                    FILE + ": id2label has the key '" + key + "', expected the ids 0 to " + (count - 1));
        }

        private int dimension(String key, int fallback) {
            return integer(key, fallback, 1, MAX_DIMENSION);
        }

        private int integer(String key, int fallback, int least, int most) {
            JsonNode node = json.path(key);
            if (node.isMissingNode() || node.isNull()) {
                return fallback;
            }
            if (!node.isIntegralNumber()
                    || !node.canConvertToInt()
                    || node.intValue() < least
                    || node.intValue() > most) {
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
}
