package io.github.debertastreams.model.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Exported files in plain ONNX Runtime, as any program would use them. */
class ExportCommandTest {

    private static final Path GOLDEN = Path.of("../src/test/resources/golden");

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "v1_base,last_hidden_state,fp32,1e-5",
        "v1_tokcls,logits,fp32,1e-5",
        "v1_seqcls,logits,fp32,1e-5",
        "v1_qa,end_logits,fp32,1e-5",
        "v1_posbiased_type2,last_hidden_state,fp32,1e-5",
        "v2_v3like,last_hidden_state,fp32,1e-5",
        "v2_conv_gelu,last_hidden_state,fp32,1e-5",
        "v2_mlm_legacy,logits,fp32,3e-5",
        "v1_mlm_lmpred,emd_logits,fp32,3e-5",
        "v1_talking,last_hidden_state,fp16,2e-2",
        "v2_v3like,last_hidden_state,fp16,2e-2"
    })
    void anExportGivesTheReferencesOutputs(String name, String output, String precision, double within)
            throws OrtException {
        Path file = directory.resolve("model.onnx");
        assertThat(export(name, file, "--precision", precision)).contains("ONNX Runtime opens it");
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve(name).resolve("golden.safetensors"));
                OrtSession session = environment.createSession(file.toString());
                OrtSession.Result result = session.run(inputs(environment, session, golden))) {
            int[] mask = golden.ints("right/in/attention_mask");
            double[] expected = golden.doubles("right/f64/" + output);
            FloatBuffer actual =
                    ((OnnxTensor) result.get(output.replace("emd_", "")).orElseThrow()).getFloatBuffer();
            assertThat(actual.remaining()).isEqualTo(expected.length);
            boolean perToken = expected.length % mask.length == 0;
            int columns = expected.length / mask.length;
            for (int i = 0; i < expected.length; i++) {
                if (!perToken || mask[i / columns] != 0) {
                    assertThat(Math.abs(actual.get(i) - expected[i]))
                            .as("%s[%d]", output, i)
                            .isLessThanOrEqualTo(within);
                }
            }
        }
    }

    @Test
    void aDirectoryWithAnExportAndNoWeightsIsInspectedAsOnnxRuntimeRunsIt() throws IOException {
        export("v1_tokcls", directory.resolve("model.onnx"));
        Files.copy(GOLDEN.resolve("v1_tokcls/config.json"), directory.resolve("config.json"));
        StringWriter out = new StringWriter();
        CommandLine commandLine = Deberta.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.execute("inspect", "--model", directory.toString());
        assertThat(out.toString())
                .contains("weights      none, but model.onnx: --backend onnx runs it")
                .contains("tasks        token-classification")
                .contains("backend      onnx-cpu-file");
    }

    @Test
    void theBareModelIsATaskToo() throws OrtException {
        Path file = directory.resolve("bare.onnx");
        export("v1_seqcls", file, "--task", "feature-extraction");
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
            assertThat(session.getOutputNames()).containsExactly("last_hidden_state");
        }
    }

    @Test
    void multipleChoiceKeepsItsThreeDimensions() throws OrtException {
        Path file = directory.resolve("choices.onnx");
        export("v2_choices", file);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor ids = OnnxTensor.createTensor(environment, new long[2][3][5]);
                OrtSession.Result result = session.run(Map.of("input_ids", ids, "attention_mask", ids))) {
            assertThat(((OnnxTensor) result.get(0)).getInfo().getShape()).containsExactly(2, 3);
        }
    }

    private static Map<String, OnnxTensor> inputs(
            OrtEnvironment environment, OrtSession session, SafetensorsFile golden) throws OrtException {
        long[] shape = golden.info("right/in/input_ids").shape();
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        for (String name : session.getInputNames()) {
            int[] values = golden.ints("right/in/" + name);
            LongBuffer longs = LongBuffer.allocate(values.length);
            for (int value : values) {
                longs.put(value);
            }
            inputs.put(name, OnnxTensor.createTensor(environment, longs.flip(), shape));
        }
        return inputs;
    }

    private static String export(String name, Path file, String... more) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = Deberta.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        String[] arguments = new String[5 + more.length];
        arguments[0] = "export";
        arguments[1] = "--model";
        arguments[2] = GOLDEN.resolve(name).toString();
        arguments[3] = "--output";
        arguments[4] = file.toString();
        System.arraycopy(more, 0, arguments, 5, more.length);
        assertThat(commandLine.execute(arguments)).as(err.toString()).isZero();
        return err.toString();
    }
}
