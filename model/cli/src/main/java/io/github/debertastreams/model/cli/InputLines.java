package io.github.debertastreams.model.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.task.TextInput;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Where texts come from and where answers go: arguments, or JSON lines. */
final class InputLines {

    static final JsonMapper JSON = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(64 << 20)
                            .maxNestingDepth(64)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String EXPECTED = "a JSON string or {\"text\":…,\"text_pair\":…,\"candidates\":[…],\"id\":…}";

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description =
                    "JSON lines, each a JSON string or {\"text\":…,\"text_pair\":…,\"candidates\":[…],\"id\":…}; - or nothing: standard input.")
    private @Nullable String input;

    @Option(names = "--output", paramLabel = "FILE", description = "where to write; - or nothing: standard output.")
    private @Nullable String output;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "texts, instead of --input.")
    private List<String> texts = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** One line of input: a text with its id, or the reason why it is none. */
    record Line(@Nullable JsonNode id, @Nullable TextInput text, String error) {}

    /** What is done with some lines at a time; one JSON value comes back for each, in order. */
    interface Handler {
        List<Object> handle(List<Line> lines);
    }

    /**
     * Reads everything, some lines at a time, and writes what the handler answers.
     *
     * @return lines handled
     */
    long forEach(int linesAtATime, PrintWriter standardOutput, Progress progress, Handler handler) {
        if (input != null && !texts.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give texts or --input, not both");
        }
        try (Utf8Lines in = lines();
                PrintWriter file = output == null || output.equals("-") ? null : fileWriter(output)) {
            PrintWriter out = file == null ? standardOutput : file;
            long count = 0;
            List<Line> lines = next(in, linesAtATime, count);
            while (!lines.isEmpty()) {
                for (Object answer : handler.handle(lines)) {
                    out.println(JSON.writeValueAsString(answer));
                }
                if (out.checkError()) { // whoever reads it may have had enough
                    throw new CommandException("the output cannot be written");
                }
                count += lines.size();
                progress.at(count);
                lines = next(in, linesAtATime, count);
            }
            return count;
        } catch (IOException e) {
            throw new CommandException("input or output failed: " + e, e);
        }
    }

    private @Nullable Utf8Lines lines() throws IOException {
        if (!texts.isEmpty()) {
            return null;
        }
        if (input == null || input.equals("-")) {
            return new Utf8Lines(System.in);
        }
        Path path = Path.of(input);
        if (!Files.exists(path)) {
            throw new CommandException(input + ": no such file");
        }
        if (Files.isDirectory(path)) {
            throw new CommandException(input + ": is a directory, expected a file");
        }
        return new Utf8Lines(new FileInputStream(input)); // of a pipe too it tells what is there
    }

    private PrintWriter fileWriter(String name) throws IOException {
        Path path = Path.of(name);
        if (input != null
                && Files.isRegularFile(path)
                && Files.exists(Path.of(input))
                && Files.isSameFile(path, Path.of(input))) {
            throw new ParameterException(
                    spec.commandLine(), "--output " + name + " is the file of --input, which it would empty");
        }
        return new PrintWriter(Files.newBufferedWriter(path));
    }

    private List<Line> next(@Nullable Utf8Lines in, int most, long before) throws IOException {
        List<Line> lines = new ArrayList<>();
        if (in == null) {
            for (int i = (int) before; i < texts.size() && lines.size() < most; i++) {
                lines.add(new Line(null, TextInput.of(texts.get(i)), ""));
            }
            return lines;
        }
        while (lines.size() < most && (lines.isEmpty() || in.ready())) { // who types a line wants its answer
            byte[] line = in.next();
            if (line == null) {
                break;
            }
            lines.add(parse(line, before + lines.size() + 1));
        }
        return lines;
    }

    private static Line parse(byte[] line, long number) {
        JsonNode json;
        try {
            json = JSON.readTree(Utf8Lines.decoded(line));
        } catch (CharacterCodingException e) {
            return new Line(null, null, "line " + number + " is not UTF-8");
        } catch (JsonProcessingException e) {
            return new Line(null, null, "line " + number + " is not JSON: " + e.getOriginalMessage());
        }
        if (json != null && json.isTextual()) {
            return new Line(null, TextInput.of(json.textValue()), "");
        }
        JsonNode id = json == null ? null : json.get("id");
        if (json == null || !json.isObject()) {
            return new Line(id, null, "line " + number + " has no text, expected " + EXPECTED);
        }
        JsonNode text = first(json, "text", "question");
        JsonNode pair = first(json, "text_pair", "context");
        JsonNode candidates = first(json, "candidates", "candidate_labels", "targets");
        if (text == null || !text.isTextual() || (pair != null && !pair.isTextual())) {
            return new Line(id, null, "line " + number + " has no text, expected " + EXPECTED);
        }
        List<String> listed = new ArrayList<>();
        if (candidates != null) {
            if (!candidates.isArray()) {
                return new Line(id, null, "line " + number + " has candidates that are no list, expected " + EXPECTED);
            }
            for (JsonNode candidate : candidates) {
                listed.add(candidate.asText());
            }
        }
        return new Line(id, new TextInput(text.textValue(), pair == null ? null : pair.textValue(), listed), "");
    }

    /** The first of these fields that is there, and not null. */
    private static @Nullable JsonNode first(JsonNode json, String... names) {
        for (String name : names) {
            if (json.hasNonNull(name)) {
                return json.get(name);
            }
        }
        return null;
    }
}
