package io.github.debertastreams.model.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The outputs of the Rust library, beside the repository: {@code -Dgolden.dir}, or {@code ../../shared/golden}. */
final class GoldenTokens {

    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path DIRECTORY = Path.of(System.getProperty(
                    "golden.dir", Path.of("..", "..", "shared", "golden").toString()))
            .resolve("tokenizer");

    private GoldenTokens() {}

    static boolean present() {
        return Files.isDirectory(DIRECTORY);
    }

    static Path path(String first, String... more) {
        return DIRECTORY.resolve(Path.of(first, more));
    }

    static Path modelDirectory(String tokenizer) {
        return tokenizer.contains("-") ? path("hf", "variants", tokenizer) : path("hf", "deberta-" + tokenizer);
    }

    /** The names {@code corpus.mode} for which a tokenizer has expected output. */
    static List<String> cases(String tokenizer) {
        try (Stream<Path> files = Files.list(path("expected", tokenizer))) {
            return files.map(file -> file.getFileName().toString().replace(".jsonl.gz", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> corpus(String name) {
        return read(path("corpora", name + ".jsonl")).stream()
                .map(JsonNode::textValue)
                .toList();
    }

    static List<JsonNode> expected(String tokenizer, String name) {
        return read(path("expected", tokenizer, name + ".jsonl.gz"));
    }

    private static List<JsonNode> read(Path file) {
        List<JsonNode> values = new ArrayList<>();
        try (InputStream raw = Files.newInputStream(file);
                InputStream stream = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                values.add(MAPPER.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        return values;
    }
}
