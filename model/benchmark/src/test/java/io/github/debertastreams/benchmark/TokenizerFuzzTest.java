package io.github.debertastreams.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A short piece of {@code deberta bench fuzz}, always the same: ours and Hugging Face's library on random texts. */
final class TokenizerFuzzTest {

    private static final int ENCODINGS = 6_000;
    private static final int ENCODINGS_OF_A_FORM = 1_200;
    /** Behind the code points that have a normalization, and those that are ideographs alone. */
    private static final int ASSIGNED = 0x30000;
    /** Code points to a text. */
    private static final int TEXT = 256;

    private static final Path SMALL = Path.of("..", "src", "test", "resources", "token");
    private static final Path GOLDEN = Path.of(System.getProperty(
                    "golden.dir", Path.of("..", "..", "..", "shared", "golden").toString()))
            .resolve("tokenizer")
            .resolve("hf");

    @TestFactory
    Stream<DynamicTest> agreesWithTheRustLibraryOnSmallVocabularies() {
        return Stream.of("tiny", "tiny-unigram").map(name -> test(name, SMALL.resolve(name)));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithTheRustLibraryOnPublishedVocabularies() {
        assumeTrue(
                Files.isDirectory(GOLDEN), "no golden data beside the repository: set -Dgolden.dir to its directory");
        return Stream.of("deberta-v1", "deberta-v3").map(name -> test(name, GOLDEN.resolve(name)));
    }

    /** The small vocabularies with a normalizer put before what they have: byte-level tokens show every byte of the outcome. */
    @TestFactory
    Stream<DynamicTest> agreesWithTheRustLibraryInEachNormalizationForm(@TempDir Path folder) {
        return Stream.of("NFC", "NFD", "NFKC", "NFKD")
                .flatMap(form -> Stream.of("tiny", "tiny-unigram")
                        .map(name -> test(
                                form + " before " + name, ENCODINGS_OF_A_FORM, () -> withForm(folder, form, name))));
    }

    /** Each code point behind a letter and before a mark of the lowest class that moves. */
    @TestFactory
    Stream<DynamicTest> agreesWithTheRustLibraryOnEachCodePointInEachNormalizationForm(@TempDir Path folder) {
        return Stream.of("NFC", "NFD", "NFKC", "NFKD")
                .map(form -> DynamicTest.dynamicTest(form, () -> {
                    Path model = withForm(folder, form, "tiny");
                    Tokenizer tokenizer = Tokenizer.open(model);
                    try (DjlTokenizer peer = DjlTokenizer.open(model, EncodeOptions.DEFAULT)) {
                        StringBuilder text = new StringBuilder();
                        for (int codePoint = 0; codePoint < ASSIGNED; codePoint++) {
                            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                                text.append(" a").appendCodePoint(codePoint).append('\u0334');
                            }
                            if (codePoint % TEXT == TEXT - 1) {
                                Tokens tokens =
                                        Tokens.of(tokenizer.encode(text.toString(), null, EncodeOptions.DEFAULT));
                                assertThat(tokens.difference(peer.tokens(text.toString(), null)))
                                        .as("up to U+%X", codePoint)
                                        .isNull();
                                text.setLength(0);
                            }
                        }
                    }
                }));
    }

    private static Path withForm(Path folder, String form, String name) throws IOException {
        Path model = Files.createDirectories(folder.resolve(form + "-" + name));
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode)
                mapper.readTree(SMALL.resolve(name).resolve("tokenizer.json").toFile());
        JsonNode before = json.get("normalizer");
        ObjectNode sequence = json.putObject("normalizer").put("type", "Sequence");
        ArrayNode steps = sequence.putArray("normalizers");
        steps.addObject().put("type", form);
        if (before != null && !before.isNull()) {
            steps.add(before);
        }
        mapper.writeValue(model.resolve("tokenizer.json").toFile(), json);
        return model;
    }

    private interface Model {
        Path open() throws IOException;
    }

    private static DynamicTest test(String name, Path model) {
        return test(name, ENCODINGS, () -> model);
    }

    private static DynamicTest test(String name, int encodings, Model model) {
        return DynamicTest.dynamicTest(name, () -> {
            TokenizerFuzz.Result result =
                    TokenizerFuzz.compare(model.open(), 20261124, (compared, nanoseconds) -> compared < encodings);
            assertThat(result.compared()).isGreaterThanOrEqualTo(encodings);
            assertThat(result.differences()).isEmpty();
        });
    }

    @Test
    void aDifferenceIsNoticed() {
        Tokens tokens =
                new Tokens(new int[] {1}, new int[1], new int[1], new int[1], new int[1], new int[] {0, 1}, List.of());
        Tokens longer =
                new Tokens(new int[] {1}, new int[1], new int[1], new int[1], new int[1], new int[] {0, 2}, List.of());
        assertThat(tokens.difference(tokens)).isNull();
        assertThat(tokens.difference(longer)).contains("offsets [0, 1], the peer has [0, 2]");
    }
}
