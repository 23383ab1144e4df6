package io.github.debertastreams.model.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DebertaTest {

    private static final String INTENTS = "../demo/intents";
    private static final String PII = "../demo/pii";
    private static final Path GOLDEN = Path.of("../src/test/resources/golden");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory = Path.of("");

    /** What a command did. */
    private record Run(int status, String out, String err) {

        List<JsonNode> json() throws IOException {
            List<JsonNode> lines = new ArrayList<>();
            for (String line : out.lines().toList()) {
                lines.add(JSON.readTree(line));
            }
            return lines;
        }
    }

    private static Run run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Deberta.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        int status = commandLine.execute(args);
        return new Run(status, out.toString(), err.toString());
    }

    @Test
    void predictsTextsGivenAsArguments() throws IOException {
        Run run = run("predict", "--model", INTENTS, "My new card has not arrived yet", "I forgot my passcode");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json()).extracting(line -> line.get("label").textValue()).contains("passcode_forgotten");
        assertThat(run.json().get(0).get("score").doubleValue()).isBetween(0.0, 1.0);
    }

    @Test
    void predictsJsonLinesInOrderAndAnswersWrongLinesWithAnError() throws IOException {
        Path input = directory.resolve("in.jsonl");
        Path output = directory.resolve("out.jsonl");
        Files.writeString(input, """
                "I forgot my passcode"
                {"id": 7, "text": "I forgot my passcode", "text_pair": null}
                nonsense
                {"id": "x", "body": "no text"}
                "I forgot my passcode"
                """);
        Run run = run(
                "predict",
                "--model",
                INTENTS,
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--top-k",
                "2");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("2 lines have an error");
        List<JsonNode> lines = new Run(0, Files.readString(output), "").json();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).hasSize(2);
        assertThat(lines.get(1).get("id").intValue()).isEqualTo(7);
        assertThat(lines.get(1).get("prediction")).isEqualTo(lines.get(0));
        assertThat(lines.get(2).get("error").textValue()).contains("line 3 is not JSON");
        assertThat(lines.get(3).get("prediction").get("error").textValue()).contains("line 4 has no text");
        assertThat(lines.get(4)).isEqualTo(lines.get(0));
    }

    @Test
    void aLineThatIsNoUtf8IsNamedAndItsNeighboursAreRead() throws IOException {
        Path input = directory.resolve("in.jsonl");
        Files.write(input, "\"Strasse\"\n\"Straße\"\n\"ok\"".getBytes(StandardCharsets.ISO_8859_1));
        Run latin = run("tokenize", "--model", INTENTS, "--input", input.toString());
        assertThat(latin.status()).isEqualTo(1);
        assertThat(latin.json()).hasSize(3);
        assertThat(latin.json().get(1).get("error").textValue()).isEqualTo("line 2 is not UTF-8");
        assertThat(latin.json().get(2).get("input_ids")).isNotEmpty();
        Files.writeString(input, "\"Straße\"\r\n\"ok\"\r\n");
        Run utf8 = run("tokenize", "--model", INTENTS, "--input", input.toString());
        assertThat(utf8.status()).as(utf8.err()).isZero();
        assertThat(utf8.json()).hasSize(2);
    }

    @Test
    void theInputMayBeAPipe() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        List<String> texts = Collections.nCopies(1_000, "\"Where is my card?\"");
        CompletableFuture<Path> written = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.write(pipe, texts);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Run run = run("tokenize", "--model", INTENTS, "--input", pipe.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json()).hasSize(1_000);
        assertThat(written.join()).isEqualTo(pipe);
        assertThat(run("tokenize", "--model", INTENTS, "--input", directory.toString())
                        .err())
                .contains("is a directory, expected a file");
    }

    @Test
    void anOutputThatIsTheInputIsRefusedAndNotEmptied() throws IOException {
        Path input = Files.writeString(directory.resolve("in.jsonl"), "\"text\"\n");
        Path link = Files.createSymbolicLink(directory.resolve("out.jsonl"), input);
        Run run = run("tokenize", "--model", INTENTS, "--input", input.toString(), "--output", link.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("is the file of --input, which it would empty");
        assertThat(input).hasContent("\"text\"");
    }

    @Test
    void anOutputThatFailsEndsTheWorkAfterTheLinesAtHand() throws IOException {
        Path input = Files.write(directory.resolve("in.jsonl"), Collections.nCopies(10, "\"text\""));
        InputLines lines = CommandLine.populateCommand(new InputLines(), "--input", input.toString());
        List<InputLines.Line> handled = new ArrayList<>();
        PrintWriter closed = new PrintWriter(Writer.nullWriter());
        closed.close();
        try (Progress progress = new Progress(new PrintWriter(Writer.nullWriter()), "texts")) {
            assertThatThrownBy(() -> lines.forEach(2, closed, progress, batch -> {
                        handled.addAll(batch);
                        return List.copyOf(Collections.nCopies(batch.size(), "answer"));
                    }))
                    .isInstanceOf(CommandException.class)
                    .hasMessage("the output cannot be written");
        }
        assertThat(handled).hasSize(2);
    }

    @Test
    void entitiesCarryTheFieldNamesOfThePipelines() throws IOException {
        String text = "Hi, my name is Jane Smith, write to jane.smith@example.com";
        Run run = run("predict", "--model", PII, text);
        assertThat(run.status()).as(run.err()).isZero();
        JsonNode entities = run.json().get(0);
        assertThat(entities).isNotEmpty();
        for (JsonNode entity : entities) {
            assertThat(entity.fieldNames())
                    .toIterable()
                    .containsExactly("entity_group", "score", "word", "start", "end");
            assertThat(text.substring(
                            entity.get("start").intValue(), entity.get("end").intValue()))
                    .isEqualTo(entity.get("word").textValue());
        }
        Run single = run("predict", "--model", PII, "--aggregation", "none", text);
        assertThat(single.json().get(0).get(0).get("entity").textValue()).startsWith("B-");
    }

    @Test
    void offsetsCountUtf16UnitsOrCodePoints() throws IOException {
        String text = "\uD83D\uDE00 My name is Jane Smith";
        JsonNode units = run("predict", "--model", PII, text).json().get(0).get(0);
        JsonNode points = run("predict", "--model", PII, "--offsets", "codepoints", text)
                .json()
                .get(0)
                .get(0);
        assertThat(units.get("start").intValue()).isEqualTo(points.get("start").intValue() + 1);
        assertThat(text.substring(
                        units.get("start").intValue(), units.get("end").intValue()))
                .isEqualTo(units.get("word").textValue());
    }

    @Test
    void zeroShotTakesCandidatesFromFlagsOrFromTheLine() throws IOException {
        Run flags = run(
                "predict",
                "--model",
                INTENTS,
                "--task",
                "zero-shot-classification",
                "--candidate-labels",
                "card, transfer,refund",
                "Where is my card?");
        assertThat(flags.status()).as(flags.err()).isZero();
        JsonNode line = flags.json().get(0);
        assertThat(line.fieldNames()).toIterable().containsExactly("sequence", "labels", "scores");
        assertThat(line.get("sequence").textValue()).isEqualTo("Where is my card?");
        assertThat(line.get("labels")).hasSize(3);
        double sum = 0;
        for (JsonNode score : line.get("scores")) {
            sum += score.doubleValue();
        }
        assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));

        Path input = directory.resolve("in.jsonl");
        Files.writeString(input, """
                {"text": "Where is my card?", "candidate_labels": ["card", "transfer", "refund"]}
                {"text": "Where is my card?"}
                """);
        Run lines =
                run("predict", "--model", INTENTS, "--task", "zero-shot-classification", "--input", input.toString());
        assertThat(lines.json().get(0)).isEqualTo(line);
        assertThat(lines.json().get(1).get("error").textValue()).contains("candidate.labels");
    }

    @Test
    void vectorsComePooledOrForEachToken() throws IOException {
        Run tokens = run("predict", "--model", INTENTS, "--task", "feature-extraction", "--pooling", "none", "ok");
        assertThat(tokens.status()).as(tokens.err()).isZero();
        assertThat(tokens.json().get(0)).hasSize(1);
        assertThat(tokens.json().get(0).get(0).get(0)).hasSize(192);
        Run pooled = run("predict", "--model", INTENTS, "--task", "feature-extraction", "--normalize", "ok");
        double squares = 0;
        for (JsonNode value : pooled.json().get(0)) {
            squares += value.doubleValue() * value.doubleValue();
        }
        assertThat(squares).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
    }

    @Test
    void tokenizesWithWindows() throws IOException {
        Run run = run(
                "tokenize",
                "--model",
                INTENTS,
                "--max-length",
                "6",
                "--stride",
                "1",
                "one two three four five six seven");
        assertThat(run.status()).as(run.err()).isZero();
        JsonNode line = run.json().get(0);
        assertThat(line.get("input_ids")).hasSize(6);
        assertThat(line.get("offsets").get(0).isNull()).isTrue();
        assertThat(line.get("offsets").get(1).get(0).intValue()).isZero();
        assertThat(line.get("special_tokens_mask").get(0).intValue()).isEqualTo(1);
        assertThat(line.get("word_ids").get(5).isNull()).isTrue();
        assertThat(line.get("sequence_ids").get(1).intValue()).isZero();
        assertThat(line.get("overflowing")).isNotEmpty();
        Run bare = run("tokenize", "--model", INTENTS, "--no-special-tokens", "one");
        assertThat(bare.json().get(0).get("special_tokens_mask").get(0).intValue())
                .isZero();
    }

    @Test
    void inspectsAModelAndSaysWhatIsMissing() {
        Run complete = run("inspect", "--model", PII);
        assertThat(complete.status()).isZero();
        assertThat(complete.out())
                .contains("token-classification", "parameters", "model.safetensors", "relative c2p p2c up to ±");
        Run incomplete = run("inspect", "--model", GOLDEN.resolve("v1_base").toString());
        assertThat(incomplete.status()).isEqualTo(1);
        assertThat(incomplete.out()).contains("missing", "tokenizer.json");
    }

    @Test
    void inspectsEveryMemberOfTheFamily() {
        assertThat(run("inspect", "--model", GOLDEN.resolve("v1_mlm_lmpred").toString())
                        .out())
                .contains("DeBERTa v1, 3 layers of 32, 4 heads of 8, feed-forward 64")
                .contains("tasks        fill-mask")
                .contains("masked LM    lm_predictions.lm_head, behind the enhanced mask decoder");
        assertThat(run("inspect", "--model", GOLDEN.resolve("v2_conv_groups").toString())
                        .out())
                .contains("DeBERTa v2/v3, 2 layers of 32")
                .contains("relative c2p p2c up to ±64 in 8 buckets a side; convolution over 5")
                .contains("tasks        feature-extraction");
        assertThat(run("inspect", "--model", GOLDEN.resolve("v1_talking").toString())
                        .out())
                .contains("talking heads");
    }

    @Test
    void aValueThatCannotBeReadIsWrongUsage() {
        for (String[] args : new String[][] {
            {"predict", "--model", INTENTS, "--top-k", "many", "text"},
            {"predict", "--model", INTENTS, "--workers", "0", "text"},
            {"predict", "--model", INTENTS, "--input", "-", "text"}
        }) {
            Run run = run(args);
            assertThat(run.status()).as(String.join(" ", args)).isEqualTo(2);
            assertThat(run.err()).startsWith("deberta: ").contains("(see 'deberta predict --help')");
        }
    }

    @Test
    void wrongUsageIsOneLineAndANonZeroStatus() {
        for (String[] args : new String[][] {
            {},
            {"frobnicate"},
            {"predict"},
            {"predict", "--model", "/does/not/exist", "text"},
            {"predict", "--model", INTENTS, "--top-k", "many", "text"},
            {"predict", "--model", INTENTS, "--task", "question-answering", "text"},
            {"predict", "--model", INTENTS, "--input", "/does/not/exist"},
            {"tokenize", "--model", "/does/not/exist", "text"},
            {"forward", "--model", INTENTS, "--input", "/does/not/exist", "--output", "/tmp/x"},
            {"inspect", "--model", "/does/not/exist"}
        }) {
            Run run = run(args);
            assertThat(run.status()).as(String.join(" ", args)).isNotZero();
            assertThat(run.err().lines().toList()).as(String.join(" ", args)).hasSize(1);
            assertThat(run.err()).startsWith("deberta: ").doesNotContain("Exception");
        }
    }
}
