package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** DeBERTa v3 from {@code spm.model} instead of {@code tokenizer.json}, and what others say about the vocabulary. */
final class SentencePieceGoldenTest {

    private static final EncodeOptions BARE = EncodeOptions.DEFAULT.withoutSpecialTokens();

    @TempDir
    private Path directory;

    @BeforeAll
    static void needsGoldenData() {
        assumeTrue(GoldenTokens.present(), "no golden data beside the repository: set -Dgolden.dir to its directory");
    }

    @TestFactory
    Stream<DynamicTest> modelAndConfigurationGiveTheSame() throws IOException {
        copy("spm.model", "added_tokens.json", "tokenizer_config.json", "special_tokens_map.json");
        Tokenizer tokenizer = Tokenizer.open(directory);
        return GoldenTokens.cases("v3").stream()
                .map(test -> DynamicTest.dynamicTest(test, () -> TokenizerGoldenTest.check(tokenizer, "v3", test)));
    }

    @TestFactory
    Stream<DynamicTest> theFilesOfTheFirstPublicationGiveTheSame() throws IOException {
        copy("spm.model");
        Files.writeString(
                directory.resolve("tokenizer_config.json"), "{\"do_lower_case\": false, \"vocab_type\": \"spm\"}");
        Tokenizer tokenizer = Tokenizer.open(directory);
        assertThat(tokenizer.maskId()).hasValue(128_000);
        return Stream.of("edge_specials", "edge_whitespace", "edge_fuzz", "en_fortunes")
                .map(corpus -> corpus + ".single")
                .map(test -> DynamicTest.dynamicTest(test, () -> TokenizerGoldenTest.check(tokenizer, "v3", test)));
    }

    @TestFactory
    Stream<DynamicTest> lowerCasesAndSplitsPunctuationOnRequest() {
        return Stream.of("v3-lower", "v3-punct", "v3-lower-punct").flatMap(name -> {
            Tokenizer tokenizer = configured(name.contains("lower"), name.contains("punct"));
            return GoldenTokens.cases(name).stream()
                    .map(test -> DynamicTest.dynamicTest(
                            name + " " + test, () -> TokenizerGoldenTest.check(tokenizer, name, test)));
        });
    }

    private Tokenizer configured(boolean lowerCase, boolean splitPunctuation) {
        try {
            copy("spm.model", "added_tokens.json", "special_tokens_map.json");
            ObjectNode config = (ObjectNode) GoldenTokens.MAPPER.readTree(GoldenTokens.modelDirectory("v3")
                    .resolve("tokenizer_config.json")
                    .toFile());
            config.put("do_lower_case", lowerCase).put("split_by_punct", splitPunctuation);
            GoldenTokens.MAPPER.writeValue(
                    directory.resolve("tokenizer_config.json").toFile(), config);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return Tokenizer.open(directory);
    }

    private void copy(String... files) throws IOException {
        for (String file : files) {
            Path copy = directory.resolve(file);
            Files.deleteIfExists(copy);
            Files.copy(GoldenTokens.modelDirectory("v3").resolve(file), copy);
        }
    }

    @Test
    void agreesWithAnotherPort() throws IOException {
        // That port reads byte_fallback from spm.model.
        Tokenizer tokenizer = Tokenizer.open(GoldenTokens.modelDirectory("v3-bytefallback"));
        JsonNode cases = GoldenTokens.MAPPER
                .readTree(GoldenTokens.path("checks", "rust_tokenizers.json").toFile())
                .get("v3");
        TokenizerGoldenTest.assertSameIds(tokenizer, cases);
    }

    @Test
    void agreesWithTransformersInTheBrowser() throws IOException {
        Tokenizer tokenizer = Tokenizer.open(GoldenTokens.modelDirectory("v3"));
        JsonNode cases = GoldenTokens.MAPPER
                .readTree(GoldenTokens.path("checks", "tjs_deberta_v2.json").toFile())
                .get("Xenova/nli-deberta-v3-small");
        TokenizerGoldenTest.assertSameIds(tokenizer, cases);
        for (JsonNode check : cases) {
            String text = check.get("text").textValue();
            List<String> tokens = Arrays.stream(
                            tokenizer.encode(text, null, BARE).inputIds())
                    .mapToObj(tokenizer::token)
                    .toList();
            assertThat(tokens).as(text).hasSameSizeAs(check.get("tokens"));
        }
    }

    @Test
    void isolatesThePunctuationThatTheLibraryDoes() throws IOException {
        Tokenizer tokenizer = Tokenizer.open(GoldenTokens.modelDirectory("v3-punct"));
        boolean[] expected = new boolean[Character.MAX_CODE_POINT + 1];
        for (String line : Files.readAllLines(GoldenTokens.path("v3_punct_isolated.tsv"))) {
            if (!line.startsWith("#")) {
                String[] fields = line.split("\t");
                int last = Integer.parseInt(fields[fields.length - 1], 16);
                Arrays.fill(expected, Integer.parseInt(fields[0], 16), last + 1, true);
            }
        }
        for (int codePoint = 1; codePoint < expected.length; codePoint++) {
            if (Character.getType(codePoint) != Character.SURROGATE) {
                int[] words = tokenizer
                        .encode("a" + Character.toString(codePoint) + "b", null, BARE)
                        .wordIds();
                boolean isolated = words[words.length - 1] == 2;
                if (isolated != expected[codePoint]) {
                    assertThat(isolated).as("U+%04X", codePoint).isEqualTo(expected[codePoint]);
                }
            }
        }
    }

    @Test
    void decodesWhatItEncodes() {
        Tokenizer tokenizer = Tokenizer.open(GoldenTokens.modelDirectory("v3"));
        for (String text : GoldenTokens.corpus("en_shakespeare")) {
            int[] ids = tokenizer.encode(text, null, EncodeOptions.DEFAULT).inputIds();
            assertThat(tokenizer.decode(ids, true)).isEqualTo(text.strip().replaceAll("\\s+", " "));
        }
    }
}
