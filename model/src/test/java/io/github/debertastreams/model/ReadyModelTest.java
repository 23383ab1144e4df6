package io.github.debertastreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.kernel.WeightFormat;
import io.github.debertastreams.model.onnx.Precision;
import io.github.debertastreams.model.token.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directories that have an ONNX file and no weights; files of {@code export}, which look as Hugging Face's do. */
class ReadyModelTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "v1_seqcls,text-classification,model.onnx",
        "v1_tokcls,token-classification,model.onnx",
        "v1_qa,question-answering,onnx/model.onnx",
        "v1_posbiased_type2,feature-extraction,model.onnx",
        "v2_mlm_legacy,fill-mask,onnx/model.onnx"
    })
    void itsOutputsTellTheTaskAndEqualThoseOfTheWeights(String name, String task, String file) throws IOException {
        export(name, file);
        TokenBatch batch = new TokenBatch(
                        new int[] {1, 9, 8, 7, 2, 1, 5, 2, 3},
                        new int[9],
                        new int[] {0, 1, 2, 3, 4, 0, 1, 2, 0},
                        new int[] {0, 1, 2, 3, 4, 0, 1, 2, 0},
                        new int[] {0, 5, 8, 9})
                .selecting(new int[] {0, 2, 3, 6, 8});
        try (TensorModel ready = open(directory);
                TensorModel weights = TensorModel.open(ModelOptions.of(GOLDEN.resolve(name)))) {
            assertThat(ready.tasks()).first().isEqualTo(task);
            assertThat(ready.labels()).isEqualTo(weights.labels());
            assertThat(ready.backend()).isEqualTo("onnx-cpu-file");
            Logits actual = ready.forward(batch, EncoderTrace.NONE);
            Logits expected = weights.forward(batch, EncoderTrace.NONE);
            assertThat(actual.rowStarts()).containsExactly(expected.rowStarts());
            assertThat(actual.values()).containsExactly(expected.values(), Offset.offset(3e-5f));
        }
    }

    @Test
    void whatCannotRunAFileSaysWhatCan() throws IOException {
        export("v1_seqcls", "onnx/model.onnx");
        assertRefused(b -> b, "has no weights for backend native, but onnx/model.onnx: backend onnx runs it");
        assertRefused(
                b -> b.backend(BackendOptions.Kind.ONNX).precision(Precision.FP16),
                "model.onnx computes in what it was written in");
        assertRefused(
                b -> b.backend(BackendOptions.Kind.AUTO).weights(WeightFormat.BF16),
                "weights is bf16, which is for backend native, but ");
    }

    private void assertRefused(UnaryOperator<ModelOptions.Builder> given, String reason) {
        ModelOptions options = given.apply(ModelOptions.builder(directory)).build();
        assertThatThrownBy(() -> TensorModel.open(options).close())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                .hasMessageContaining(reason);
    }

    @Test
    void aTaskThatTheFileDoesNotServeIsRefused() throws IOException {
        export("v1_seqcls", "model.onnx");
        ModelOptions options = ModelOptions.builder(directory)
                .backend(BackendOptions.Kind.ONNX)
                .task("question-answering")
                .build();
        assertThatThrownBy(() -> TensorModel.open(options).close())
                .hasMessageContaining("cannot serve question-answering");
    }

    @Test
    void labelsThatDoNotFitTheFileAreRefused() throws IOException {
        export("v1_seqcls", "model.onnx");
        Path config = directory.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst(",\\s*\"2\": \"L2\"", ""));
        assertThatThrownBy(() -> open(directory).close())
                .hasMessageContaining("the output 'logits' is FLOAT [-1, 3], config.json's id2label has 2 labels");
    }

    @Test
    void aFileOfAnotherModelIsRefused() throws IOException {
        export("v1_base", "model.onnx");
        Path config = directory.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replaceFirst("\"hidden_size\": *\\d+", "\"hidden_size\": 64"));
        assertThatThrownBy(() -> open(directory).close())
                .hasMessageContaining("'last_hidden_state' has 32 columns, config.json says hidden_size 64");
    }

    private void export(String name, String file) throws IOException {
        Path output = directory.resolve(file);
        Files.createDirectories(output.getParent());
        Files.copy(GOLDEN.resolve(name).resolve("config.json"), directory.resolve("config.json"));
        TensorModel.export(ModelOptions.of(GOLDEN.resolve(name)), Precision.FP32, output);
    }

    private static TensorModel open(Path directory) {
        return TensorModel.open(ModelOptions.builder(directory)
                .backend(BackendOptions.Kind.ONNX)
                .build());
    }
}
