package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.EmbeddingHead;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.MaskedLanguageHead;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which head a checkpoint's tensors get, and what is refused. */
class TensorModelTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory = Path.of("");

    private final Map<String, float[]> tensors = new LinkedHashMap<>();
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    @Test
    void theHeadIsTheOneWhoseTensorsAreThere() {
        assertTasks("v1_base", "feature-extraction");
        assertTasks("v1_seqcls", "text-classification", "feature-extraction");
        assertTasks("v1_tokcls", "token-classification", "feature-extraction");
        assertTasks("v1_qa", "question-answering", "feature-extraction");
        assertTasks("v1_mlm_lmpred", "fill-mask", "feature-extraction");
        assertTasks("v2_mlm_legacy", "fill-mask", "feature-extraction");
        assertTasks("v2_choices", "multiple-choice", "feature-extraction");
    }

    private static void assertTasks(String name, String... tasks) {
        try (TensorModel model = TensorModel.open(ModelOptions.of(GOLDEN.resolve(name)))) {
            assertThat(model.tasks()).first().isEqualTo(tasks[0]);
            assertThat(model.tasks()).contains(tasks);
        }
    }

    @Test
    void aHeadThatIsNotThereIsRefused() {
        ModelOptions options = ModelOptions.builder(GOLDEN.resolve("v1_base"))
                .task("fill-mask")
                .build();
        assertThatThrownBy(() -> TensorModel.open(options).close())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                .hasMessageContaining("cannot serve fill-mask")
                .hasMessageContaining("the checkpoint has no masked-LM head");
    }

    @Test
    void aClassifierOfAClassThatIsNotKnownIsNotTakenForTokenClassification() throws IOException {
        copy("v1_tokcls");
        write();
        configure("architectures", List.of("DesklibAIDetectionModel"));
        configure("id2label", Map.of("0", "a label of its own"));
        try (TensorModel model = TensorModel.open(ModelOptions.of(directory))) {
            assertThat(model.tasks()).containsExactly("feature-extraction");
            assertThat(model.labels()).isEmpty();
        }
        ModelOptions asked =
                ModelOptions.builder(directory).task("token-classification").build();
        assertThatThrownBy(() -> TensorModel.open(asked).close())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                .hasMessageContaining(
                        "cannot serve token-classification: the classifier is that of "
                                + "DesklibAIDetectionModel, which is no head that is read here; its weights serve feature-extraction");
        configure("architectures", List.of());
        configure("id2label", Map.of());
        try (TensorModel model = TensorModel.open(ModelOptions.of(directory))) {
            assertThat(model.tasks()).first().isEqualTo("token-classification");
        }
    }

    @Test
    void aDiscriminatorsMaskedLmHeadIsServedOnlyWhenAskedFor() throws IOException {
        copy("v1_mlm_lmpred");
        tensors.put("mask_predictions.dense.weight", new float[] {1});
        shapes.put("mask_predictions.dense.weight", new long[] {1, 1});
        write();
        try (TensorModel model = TensorModel.open(ModelOptions.of(directory))) {
            assertThat(model.head()).isInstanceOf(EmbeddingHead.class);
        }
        try (TensorModel model = TensorModel.open(
                ModelOptions.builder(directory).task("fill-mask").build())) {
            assertThat(model.head()).isInstanceOf(MaskedLanguageHead.class);
        }
    }

    @Test
    void ofTwoMaskedLmHeadsTheConfigurationSaysWhich() throws IOException {
        copy("v2_mlm_legacy");
        for (String part : new String[] {"dense.weight", "dense.bias", "LayerNorm.weight", "LayerNorm.bias"}) {
            same("cls.predictions.transform." + part, "lm_predictions.lm_head." + part);
        }
        same("cls.predictions.bias", "lm_predictions.lm_head.bias");
        write();
        for (boolean legacy : new boolean[] {true, false}) {
            configure("legacy", legacy);
            try (TensorModel model = TensorModel.open(ModelOptions.of(directory))) {
                assertThat(((MaskedLanguageHead) model.head()).form())
                        .isEqualTo(legacy ? MaskedLanguageHead.Form.LEGACY : MaskedLanguageHead.Form.LM_PREDICTIONS);
            }
        }
    }

    @Test
    void aDecoderOfItsOwnTakesThePlaceOfTheWordEmbeddings() throws IOException {
        copy("v2_mlm_legacy");
        float[] words = tensor("deberta.embeddings.word_embeddings.weight");
        float[] doubled = new float[words.length];
        for (int i = 0; i < words.length; i++) {
            doubled[i] = 2 * words[i];
        }
        tensors.put("cls.predictions.decoder.weight", doubled);
        shapes.put("cls.predictions.decoder.weight", shape("deberta.embeddings.word_embeddings.weight"));
        write();
        float[] bias = tensor("cls.predictions.bias");
        float[] tied = logits(GOLDEN.resolve("v2_mlm_legacy"));
        float[] own = logits(directory);
        for (int i = 0; i < tied.length; i++) {
            float shift = bias[i % bias.length];
            assertThat(own[i] - shift).isCloseTo(2 * (tied[i] - shift), Offset.offset(1e-4f));
        }
    }

    @Test
    void aPoolerThatDoesNotFitIsRefused() throws IOException {
        copy("v1_seqcls");
        write();
        configure("pooler_hidden_size", 16);
        assertThatThrownBy(() -> TensorModel.open(ModelOptions.of(directory)).close())
                .hasMessageContaining("pooler_hidden_size is 16, expected hidden_size 32");
        try (TensorModel bare = TensorModel.open(
                ModelOptions.builder(directory).task("feature-extraction").build())) {
            assertThat(bare.head()).isInstanceOf(EmbeddingHead.class);
        }
    }

    @Test
    void theAuthorsHeadNeedsWordsAsWideAsTheHiddenStates() throws IOException {
        copy("v1_mlm_lmpred");
        write();
        configure("embedding_size", 16);
        assertThatThrownBy(() -> TensorModel.open(ModelOptions.of(directory)).close())
                .hasMessageContaining("word_embeddings.weight' is [251, 32], expected [251, 16]");
    }

    private static float[] logits(Path directory) {
        int[] ids = {1, 2, 3, 4, 5};
        int[] positions = new int[ids.length];
        Arrays.setAll(positions, i -> i);
        try (TensorModel model = TensorModel.open(ModelOptions.of(directory))) {
            Logits logits = model.forward(
                    new TokenBatch(ids, new int[ids.length], positions, positions, new int[] {0, ids.length}),
                    EncoderTrace.NONE);
            return logits.values();
        }
    }

    private void copy(String name) throws IOException {
        Files.copy(GOLDEN.resolve(name).resolve("config.json"), directory.resolve("config.json"));
        try (SafetensorsFile weights = SafetensorsFile.open(GOLDEN.resolve(name).resolve("model.safetensors"))) {
            for (String tensor : weights.names()) {
                tensors.put(tensor, weights.floats(tensor));
                shapes.put(tensor, weights.info(tensor).shape());
            }
        }
    }

    private float[] tensor(String name) {
        return Objects.requireNonNull(tensors.get(name));
    }

    private long[] shape(String name) {
        return Objects.requireNonNull(shapes.get(name));
    }

    private void same(String tensor, String as) {
        tensors.put(as, tensor(tensor));
        shapes.put(as, shape(tensor));
    }

    private void write() throws IOException {
        SafetensorsFile.write(directory.resolve("model.safetensors"), tensors, shapes);
    }

    private void configure(String key, Object value) throws IOException {
        Path file = directory.resolve("config.json");
        ObjectNode config = (ObjectNode) JSON.readTree(Files.readString(file));
        config.set(key, JSON.valueToTree(value));
        Files.writeString(file, JSON.writeValueAsString(config));
    }
}
