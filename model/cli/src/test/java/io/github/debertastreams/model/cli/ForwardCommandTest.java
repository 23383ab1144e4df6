package io.github.debertastreams.model.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code deberta forward} on golden batches: names, shapes and values of what it writes. */
class ForwardCommandTest {

    private static final Path GOLDEN = Path.of("../src/test/resources/golden");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void writesLogitsAndWithAllTheInsideToo() {
        Path output = forward("v1_seqcls", "right", List.of("--all"), "input_ids", "attention_mask");
        try (SafetensorsFile actual = SafetensorsFile.open(output)) {
            assertThat(actual.names())
                    .contains("logits", "hidden_states.0", "hidden_states.3", "attentions.0", "attentions.2");
            assertThat(actual.info("attentions.0").shape()).containsExactly(3, 4, 17, 17);
        }
        assertAgrees(output, "v1_seqcls", "right", "logits", 1e-5);
    }

    @Test
    void writesQuestionAnsweringAsTwoTensors() {
        Path output = forward("v1_qa", "right", List.of(), "input_ids", "attention_mask");
        assertAgrees(output, "v1_qa", "right", "start_logits", 1e-5);
        assertAgrees(output, "v1_qa", "right", "end_logits", 1e-5);
    }

    @Test
    void writesWhatTheEnhancedMaskDecoderMakesBesidePlainLogits() {
        for (String batch : List.of("right", "left")) {
            Path output = forward("v1_mlm_lmpred", batch, List.of(), "input_ids", "attention_mask");
            assertAgrees(output, "v1_mlm_lmpred", batch, "logits", 3e-5);
            assertAgrees(output, "v1_mlm_lmpred", batch, "emd_hidden", 1e-5);
            assertAgrees(output, "v1_mlm_lmpred", batch, "emd_logits", 3e-5);
        }
    }

    @Test
    void writesMaskedLmLogitsOfAVocabulary() {
        Path output = forward("v2_mlm_legacy", "right", List.of(), "input_ids", "attention_mask");
        assertAgrees(output, "v2_mlm_legacy", "right", "logits", 3e-5);
        try (SafetensorsFile actual = SafetensorsFile.open(output)) {
            assertThat(actual.names()).containsExactly("logits");
        }
    }

    @Test
    void readsPositionIdsAndTokenTypes() {
        Path output = forward("v1_posbiased_type2", "posids", List.of(), inputs("v1_posbiased_type2", "posids"));
        assertAgrees(output, "v1_posbiased_type2", "posids", "last_hidden_state", 1e-5);
    }

    @Test
    void readsAMaskPerPairOfTokens() {
        Path output = forward("v2_v3like", "mask3d", List.of(), inputs("v2_v3like", "mask3d"));
        assertAgrees(output, "v2_v3like", "mask3d", "last_hidden_state", 1e-5);
    }

    @Test
    void aMaskPerPairAloneMeansThatEveryTokenIsOne() throws IOException {
        Map<String, int[]> inputs = new LinkedHashMap<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        inputs.put("input_ids", new int[] {1, 2, 3});
        shapes.put("input_ids", new long[] {1, 3});
        inputs.put("attention_mask", new int[] {1, 1, 0, 1, 1, 1, 0, 0, 0}); // the third token attends to nothing
        shapes.put("attention_mask", new long[] {1, 3, 3});
        Path output = run(GOLDEN.resolve("v2_v3like"), inputs, shapes, List.of("--all"));
        try (SafetensorsFile actual = SafetensorsFile.open(output)) {
            float[] probabilities = actual.floats("attentions.0");
            assertThat(probabilities[2]).isZero();
            assertThat(probabilities[0] + probabilities[1]).isCloseTo(1f, Offset.offset(1e-6f));
            assertThat(Arrays.copyOfRange(probabilities, 6, 9)).containsOnly(0f);
            assertThat(actual.floats("last_hidden_state")).doesNotContain(Float.NaN);
        }
    }

    @Test
    void writesALogitForEachChoice() {
        Path output = forward("v2_choices", "right", List.of(), "input_ids", "attention_mask");
        assertAgrees(output, "v2_choices", "right", "logits", 1e-5);
    }

    @Test
    void aChoiceHasTheLogitOfItsSequence() throws IOException {
        Path model = multipleChoiceModel();
        int[] ids = new int[24];
        Arrays.setAll(ids, i -> 1 + i * 7 % 200);
        Map<String, int[]> inputs = Map.of("input_ids", ids);
        Path choices = run(model, inputs, Map.of("input_ids", new long[] {2, 3, 4}), List.of());
        float[] ofChoices;
        try (SafetensorsFile actual = SafetensorsFile.open(choices)) {
            assertThat(actual.info("logits").shape()).containsExactly(2, 3);
            ofChoices = actual.floats("logits");
        }
        // the same weights without the class name in config.json are a text classifier with one label
        describe(model, "DebertaForSequenceClassification");
        Path sequences = run(model, inputs, Map.of("input_ids", new long[] {6, 4}), List.of());
        try (SafetensorsFile actual = SafetensorsFile.open(sequences)) {
            assertThat(actual.info("logits").shape()).containsExactly(6, 1);
            assertThat(ofChoices).containsExactly(actual.floats("logits"));
        }
    }

    @Test
    void inputsThatDoNotFitAreRefusedInOneLine() throws IOException {
        Map<String, int[]> inputs = new LinkedHashMap<>(Map.of("input_ids", new int[] {1, 2, 3, 4}));
        Map<String, long[]> shapes = new LinkedHashMap<>(Map.of("input_ids", new long[] {1, 2, 2}));
        assertThat(refused(inputs, shapes)).contains("'input_ids' has a dimension of choices");
        shapes.put("input_ids", new long[] {2, 2});
        inputs.put("attention_mask", new int[] {1, 1, 1});
        shapes.put("attention_mask", new long[] {3});
        assertThat(refused(inputs, shapes)).contains("'attention_mask' is [3], expected [2, 2]");
        inputs.put("attention_mask", new int[] {1, 1, 1, 0});
        shapes.put("attention_mask", new long[] {2, 2});
        inputs.put("attention_mask_3d", new int[] {1, 1, 1, 1, 1, 1, 0, 0});
        shapes.put("attention_mask_3d", new long[] {2, 2, 2});
        assertThat(refused(inputs, shapes)).contains("lets token 0 of row 1 attend to token 1");
        inputs.remove("attention_mask_3d");
        inputs.put("input_ids", new int[] {1, 2, 3, 100_000});
        inputs.put("attention_mask", new int[] {1, 1, 1, 1});
        assertThat(refused(inputs, shapes)).contains("input id is 100000, expected 0 to 502");
    }

    private String refused(Map<String, int[]> inputs, Map<String, long[]> shapes) throws IOException {
        Path input = directory.resolve("refused.safetensors");
        write(input, inputs, shapes);
        StringWriter err = new StringWriter();
        int status = execute(
                err, "--model", GOLDEN.resolve("v1_base").toString(), "--input", input.toString(), "--output", "out");
        assertThat(status).isNotZero();
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString();
    }

    private Path forward(String name, String batch, List<String> options, String... names) {
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve(name).resolve("golden.safetensors"))) {
            Map<String, int[]> inputs = new LinkedHashMap<>();
            Map<String, long[]> shapes = new LinkedHashMap<>();
            for (String input : names) {
                inputs.put(input, golden.ints(batch + "/in/" + input));
                shapes.put(input, golden.info(batch + "/in/" + input).shape());
            }
            return run(GOLDEN.resolve(name), inputs, shapes, options);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String[] inputs(String name, String batch) {
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve(name).resolve("golden.safetensors"))) {
            String prefix = batch + "/in/";
            return golden.names().stream()
                    .filter(key -> key.startsWith(prefix))
                    .map(key -> key.substring(prefix.length()))
                    .toArray(String[]::new);
        }
    }

    private Path run(Path model, Map<String, int[]> inputs, Map<String, long[]> shapes, List<String> options)
            throws IOException {
        Path input = directory.resolve("in.safetensors");
        Path output = directory.resolve("out.safetensors");
        write(input, inputs, shapes);
        List<String> args = new java.util.ArrayList<>(
                List.of("--model", model.toString(), "--input", input.toString(), "--output", output.toString()));
        args.addAll(options);
        StringWriter err = new StringWriter();
        int status = execute(err, args.toArray(String[]::new));
        assertThat(status).as(err.toString()).isZero();
        return output;
    }

    private static int execute(StringWriter err, String... args) {
        CommandLine commandLine = Deberta.commandLine();
        commandLine.setErr(new PrintWriter(err));
        String[] all = new String[args.length + 1];
        all[0] = "forward";
        System.arraycopy(args, 0, all, 1, args.length);
        return commandLine.execute(all);
    }

    /** Real tokens against the golden file's fp64 output; all of an output that has none for each token. */
    private static void assertAgrees(Path output, String name, String batch, String tensor, double error) {
        try (SafetensorsFile actual = SafetensorsFile.open(output);
                SafetensorsFile golden =
                        SafetensorsFile.open(GOLDEN.resolve(name).resolve("golden.safetensors"))) {
            String key = batch + "/f64/" + tensor;
            assertThat(actual.info(tensor).shape()).isEqualTo(golden.info(key).shape());
            double[] expected = golden.doubles(key);
            float[] found = actual.floats(tensor);
            int[] mask = golden.ints(batch + "/in/attention_mask");
            boolean perToken = expected.length % mask.length == 0;
            int columns = expected.length / mask.length;
            for (int i = 0; i < expected.length; i++) {
                if (!perToken || mask[i / columns] == 1) {
                    assertThat((double) found[i]).as("%s[%d]", tensor, i).isCloseTo(expected[i], Offset.offset(error));
                }
            }
        }
    }

    /** The weights of a text classifier with its first label alone. */
    private Path multipleChoiceModel() throws IOException {
        Path model = Files.createDirectories(directory.resolve("choices"));
        Map<String, float[]> tensors = new LinkedHashMap<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        try (SafetensorsFile weights = SafetensorsFile.open(GOLDEN.resolve("v1_seqcls/model.safetensors"))) {
            for (String tensor : weights.names()) {
                long[] shape = weights.info(tensor).shape();
                float[] values = weights.floats(tensor);
                if (tensor.startsWith("classifier.")) {
                    values = Arrays.copyOf(values, values.length / (int) shape[0]);
                    shape[0] = 1;
                }
                tensors.put(tensor, values);
                shapes.put(tensor, shape);
            }
        }
        SafetensorsFile.write(model.resolve("model.safetensors"), tensors, shapes);
        describe(model, "DebertaForMultipleChoice");
        return model;
    }

    private static void describe(Path model, String architecture) throws IOException {
        JsonMapper json = new JsonMapper();
        ObjectNode config = (ObjectNode) json.readTree(Files.readString(GOLDEN.resolve("v1_seqcls/config.json")));
        config.remove(List.of("id2label", "label2id"));
        config.putArray("architectures").add(architecture);
        Files.writeString(model.resolve("config.json"), json.writeValueAsString(config));
    }

    /** Integers, which {@link SafetensorsFile#write} does not write. */
    private static void write(Path file, Map<String, int[]> tensors, Map<String, long[]> shapes) throws IOException {
        StringJoiner header = new StringJoiner(",", "{", "}");
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
            int start = data.size();
            for (int value : tensor.getValue()) {
                data.writeBytes(ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array());
            }
            header.add("\"" + tensor.getKey() + "\":{\"dtype\":\"I64\",\"shape\":"
                    + Arrays.toString(shapes.get(tensor.getKey())) + ",\"data_offsets\":[" + start + "," + data.size()
                    + "]}");
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        Files.write(
                file,
                ByteBuffer.allocate(Long.BYTES + json.length + data.size())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .put(data.toByteArray())
                        .array());
    }
}
