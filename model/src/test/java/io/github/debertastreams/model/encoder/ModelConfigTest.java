package io.github.debertastreams.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void absentKeysOfV1HaveTheDefaultsOfDebertaConfig() throws IOException {
        ModelConfig config = read("'model_type': 'deberta'");
        assertThat(config.type()).isEqualTo(ModelType.DEBERTA);
        assertThat(config.vocabularySize()).isEqualTo(50265);
        assertThat(config.hiddenSize()).isEqualTo(768);
        assertThat(config.embeddingSize()).isEqualTo(768);
        assertThat(config.numHiddenLayers()).isEqualTo(12);
        assertThat(config.intermediateSize()).isEqualTo(3072);
        assertThat(config.attention())
                .isEqualTo(new AttentionConfig(12, 64, 1, false, false, 512, 0, false, false, false));
        assertCommonDefaults(config);
    }

    @Test
    void absentKeysOfV2HaveTheDefaultsOfDebertaV2Config() throws IOException {
        ModelConfig config = read("'model_type': 'deberta-v2'");
        assertThat(config.type()).isEqualTo(ModelType.DEBERTA_V2);
        assertThat(config.vocabularySize()).isEqualTo(128100);
        assertThat(config.hiddenSize()).isEqualTo(1536);
        assertThat(config.embeddingSize()).isEqualTo(1536);
        assertThat(config.numHiddenLayers()).isEqualTo(24);
        assertThat(config.intermediateSize()).isEqualTo(6144);
        assertThat(config.attention())
                .isEqualTo(new AttentionConfig(24, 64, 1, false, false, 512, 0, false, false, false));
        assertCommonDefaults(config);
    }

    private static void assertCommonDefaults(ModelConfig config) {
        assertThat(config.hiddenActivation()).isEqualTo(Activation.GELU);
        assertThat(config.poolerActivation()).isEqualTo(Activation.GELU);
        assertThat(config.poolerHiddenSize()).isEqualTo(config.hiddenSize());
        assertThat(config.maxPositionEmbeddings()).isEqualTo(512);
        assertThat(config.typeVocabularySize()).isZero();
        assertThat(config.layerNormEps()).isEqualTo(1e-7f);
        assertThat(config.positionBiasedInput()).isTrue();
        assertThat(config.convolution()).isNull();
        assertThat(config.problemType()).isEqualTo(ModelConfig.ProblemType.UNSET);
        assertThat(config.labels()).isEmpty();
        assertThat(config.architectures()).isEmpty();
    }

    @Test
    void readsAV3Configuration() throws IOException {
        ModelConfig config = read("""
                'model_type': 'deberta-v2', 'hidden_size': 768, 'num_attention_heads': 12, 'attention_head_size': 32,
                'relative_attention': true, 'position_buckets': 256, 'max_relative_positions': -1,
                'norm_rel_ebd': 'none | Layer_Norm', 'share_att_key': true, 'pos_att_type': ['p2c', 'c2p'],
                'conv_kernel_size': 3, 'conv_groups': 2, 'conv_act': 'gelu', 'talking_head': true,
                'architectures': ['DebertaV2ForMultipleChoice'], 'position_biased_input': false""");
        assertThat(config.attention())
                .isEqualTo(new AttentionConfig(12, 32, 3, true, true, 512, 256, true, true, false));
        assertThat(config.attention().width()).isEqualTo(384);
        assertThat(config.attention().span()).isEqualTo(256);
        assertThat(config.convolution()).isEqualTo(new ConvolutionConfig(3, 2, Activation.GELU));
        assertThat(config.architectures()).containsExactly("DebertaV2ForMultipleChoice");
    }

    @Test
    void v1DoesNotReadTheKeysOfV2() throws IOException {
        ModelConfig config = read("""
                'model_type': 'deberta', 'relative_attention': true, 'pos_att_type': 'c2p', 'position_buckets': 256,
                'norm_rel_ebd': 'layer_norm', 'share_att_key': true, 'conv_kernel_size': 3, 'attention_head_size': 32,
                'talking_head': true""");
        assertThat(config.attention())
                .isEqualTo(new AttentionConfig(12, 64, 2, true, false, 512, 0, false, false, true));
        assertThat(config.convolution()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'C2P | p2c'; 3; 3; true; true",
                "['p2c', 'c2p']; 3; 3; true; true",
                "'c2p|p2c|p2p'; 4; 3; true; true",
                "'p2p'; 2; 1; false; false",
                "'c2p|c2p'; 3; 2; true; false",
                "''; 2; 1; false; false",
                "[]; 1; 1; false; false",
                "null; 1; 1; false; false"
            },
            quoteCharacter = '`')
    void positionTermsCountAsTheReferenceCountsThem(
            String types, int firstTerms, int secondTerms, boolean contentToPosition, boolean positionToContent)
            throws IOException {
        for (boolean relative : new boolean[] {true, false}) {
            String keys = "'relative_attention': " + relative + ", 'pos_att_type': " + types;
            AttentionConfig first = read("'model_type': 'deberta', " + keys).attention();
            AttentionConfig second = read("'model_type': 'deberta-v2', " + keys).attention();
            assertThat(first.terms()).isEqualTo(firstTerms);
            assertThat(second.terms()).isEqualTo(secondTerms);
            for (AttentionConfig attention : new AttentionConfig[] {first, second}) {
                assertThat(attention.contentToPosition()).isEqualTo(relative && contentToPosition);
                assertThat(attention.positionToContent()).isEqualTo(relative && positionToContent);
            }
        }
    }

    @Test
    void labelsComeFromEitherMapOrANumber() throws IOException {
        assertThat(read("'model_type': 'deberta', 'id2label': {'1': 'b', '0': 'a'}, 'label2id': {'x': 0}")
                        .labels())
                .containsExactly("a", "b");
        assertThat(read("'model_type': 'deberta', 'label2id': {'neutral': '1', 'contradiction': '0'}")
                        .labels())
                .containsExactly("contradiction", "neutral");
        assertThat(read("'model_type': 'deberta', 'label2id': {'neutral': 1, 'contradiction': 0}")
                        .labels())
                .containsExactly("contradiction", "neutral");
        assertThat(read("'model_type': 'deberta', 'num_labels': 3").labels())
                .containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'label2id': {'a': '0', 'b': '0'}| label2id has the id 0 twice",
                "'label2id': {'a': 'first'}| label2id has the id 'first'",
                "'id2label': {'0': 'a', '00': 'b'}| id2label has the id 0 twice",
                "'conv_kernel_size': 2| conv_kernel_size is 2, expected an odd number",
                "'conv_kernel_size': 3, 'conv_groups': 5| conv_groups is 5, expected a divisor of hidden_size 1536",
                "'conv_kernel_size': 3, 'conv_act': 'xielu'| conv_act is 'xielu'",
                "'relative_attention': true, 'position_buckets': 1| position_buckets is 1",
                "'pos_att_type': 3| pos_att_type is 3",
                "'attention_head_size': 0| attention_head_size is 0",
                "'layer_norm_eps': '1e-7'| layer_norm_eps is \"1e-7\"",
                "'hidden_act': ['gelu']| hidden_act is [\"gelu\"]",
                "'quantization_config': {'bits': 8}| has a quantization_config"
            })
    void whatIsNotServedIsRefusedByName(String keysAndMessage) {
        String[] parts = keysAndMessage.split("\\| ");
        assertThatThrownBy(() -> read("'model_type': 'deberta-v2', " + parts[0]))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                .hasMessageContaining(parts[1]);
    }

    /** Reads a config.json of these keys, apostrophes for quotation marks. */
    private ModelConfig read(String keys) throws IOException {
        Files.writeString(directory.resolve("config.json"), "{" + keys.replace('\'', '"') + "}");
        return ModelConfig.read(directory);
    }
}
