package io.github.debertastreams.model.encoder;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.Activation;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What config.json says about a model, checked. Keys that are absent have the defaults of Hugging Face's {@code DebertaConfig} or
 * {@code DebertaV2Config}; keys that the model type does not read are not read here either.
 *
 * @param architectures class names of the model and its head, empty where the file names none; they may be wrong
 * @param poolerHiddenSize width of the pooler's layer, of which only the hidden size can work
 * @param convolution null where the model has none
 * @param legacy which masked-LM head is meant, where a checkpoint has both
 * @param labels by id; empty where the file names none
 */
public record ModelConfig(
        ModelType type,
        List<String> architectures,
        int vocabularySize,
        int hiddenSize,
        int embeddingSize,
        int numHiddenLayers,
        int intermediateSize,
        Activation hiddenActivation,
        int poolerHiddenSize,
        Activation poolerActivation,
        int maxPositionEmbeddings,
        int typeVocabularySize,
        float layerNormEps,
        boolean positionBiasedInput,
        AttentionConfig attention,
        @Nullable ConvolutionConfig convolution,
        boolean legacy,
        ProblemType problemType,
        List<String> labels) {

    /** How logits become scores; {@code problem_type}. */
    public enum ProblemType {
        UNSET,
        REGRESSION,
        SINGLE_LABEL_CLASSIFICATION,
        MULTI_LABEL_CLASSIFICATION
    }

    public ModelConfig {
        architectures = List.copyOf(architectures);
        labels = List.copyOf(labels);
        if (convolution != null && hiddenSize % convolution.groups() != 0) {
            throw ModelException.bundle("config.json: conv_groups is " + convolution.groups()
                    + ", expected a divisor of hidden_size " + hiddenSize);
        }
    }

    /**
     * Reads a model directory's config.json.
     *
     * @throws ModelException of kind {@code BUNDLE} when it is missing, malformed, or asks for what is not supported, by name
     */
    public static ModelConfig read(Path directory) {
        return ConfigFile.read(directory).config();
    }
}
