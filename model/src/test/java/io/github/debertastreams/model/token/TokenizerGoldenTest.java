package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.debertastreams.model.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every golden of every tokenizer: ids, offsets, words, special tokens, types, sequences, overflow, errors. */
final class TokenizerGoldenTest {

    private static final Pattern MODE = Pattern.compile("(S|PLF|POS|POF)(\\d+)(?:s(\\d+))?");

    private static final List<String> TOKENIZERS = List.of(
            "v1",
            "v1-prefixspace",
            "v1-robertapost",
            "v3",
            "v3-bytefallback",
            "v3-lower",
            "v3-lower-punct",
            "v3-punct");

    @TempDir
    private Path directory;

    @BeforeAll
    static void needsGoldenData() {
        assumeTrue(GoldenTokens.present(), "no golden data beside the repository: set -Dgolden.dir to its directory");
    }

    @TestFactory
    Stream<DynamicTest> encodesAsTheRustLibraryDoes() {
        return TOKENIZERS.stream().flatMap(name -> {
            Tokenizer tokenizer = Tokenizer.open(GoldenTokens.modelDirectory(name));
            return GoldenTokens.cases(name).stream()
                    .map(test -> DynamicTest.dynamicTest(name + " " + test, () -> check(tokenizer, name, test)));
        });
    }

    static void check(Tokenizer tokenizer, String name, String test) {
        int dot = test.lastIndexOf('.');
        String mode = test.substring(dot + 1);
        List<String> corpus = GoldenTokens.corpus(test.substring(0, dot));
        List<JsonNode> records = GoldenTokens.expected(name, test);
        // Some corpora have no two texts to pair, or none long enough to be cut.
        if (mode.equals("single")) {
            assertThat(records).isNotEmpty();
        }
        for (JsonNode record : records) {
            switch (mode) {
                case "single" -> checkSingle(tokenizer, corpus, record);
                case "pair" -> checkPair(tokenizer, corpus, record);
                case "trunc" -> checkTruncated(tokenizer, record);
                default -> throw new AssertionError("unknown mode " + mode);
            }
        }
    }

    private static void checkSingle(Tokenizer tokenizer, List<String> corpus, JsonNode record) {
        String text = corpus.get(record.get("i").intValue());
        assertSame(record, tokenizer.encode(text, null, EncodeOptions.DEFAULT), text, "");
    }

    private static void checkPair(Tokenizer tokenizer, List<String> corpus, JsonNode record) {
        String first = corpus.get(record.get("i").intValue());
        String second = corpus.get(record.get("j").intValue());
        assertSame(record, tokenizer.encode(first, second, EncodeOptions.DEFAULT), first, second);
        assertThat(tokenizer
                        .encode(first, second, EncodeOptions.DEFAULT.withoutSpecialTokens())
                        .inputIds())
                .isEqualTo(ints(record.get("nospecial")));
    }

    private static void checkTruncated(Tokenizer tokenizer, JsonNode record) {
        String first = record.get("a").textValue();
        String second = record.has("b") ? record.get("b").textValue() : null;
        EncodeOptions options = options(record.get("mode").textValue());
        if (record.has("err") || record.has("panic")) {
            assertThatThrownBy(() -> tokenizer.encode(first, second, options))
                    .isInstanceOfSatisfying(
                            ModelException.class,
                            error -> assertThat(error.kind()).isEqualTo(ModelException.Kind.INVALID_INPUT));
            return;
        }
        Encoding encoding = tokenizer.encode(first, second, options);
        String secondText = second == null ? "" : second;
        assertSame(record, encoding, first, secondText);
        JsonNode overflowing = record.get("over");
        assertThat(encoding.overflowing()).hasSize(overflowing.size());
        for (int window = 0; window < overflowing.size(); window++) {
            Encoding overflow = encoding.overflowing().get(window);
            assertSame(overflowing.get(window), overflow, first, secondText);
            assertThat(overflow.overflowing())
                    .hasSize(overflowing.get(window).path("nested").asInt());
        }
    }

    private static EncodeOptions options(String mode) {
        Matcher matcher = MODE.matcher(mode);
        assertThat(matcher.matches()).as(mode).isTrue();
        Truncation truncation = switch (matcher.group(1)) {
            case "POS" -> Truncation.ONLY_SECOND;
            case "POF" -> Truncation.ONLY_FIRST;
            default -> Truncation.LONGEST_FIRST;
        };
        int stride = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return EncodeOptions.DEFAULT
                .withTruncation(truncation, Integer.parseInt(matcher.group(2)))
                .withStride(stride);
    }

    private static void assertSame(JsonNode expected, Encoding encoding, String first, String second) {
        String what = "%s + %s".formatted(shown(first), shown(second));
        assertThat(encoding.inputIds()).as(what).isEqualTo(ints(expected.get("ids")));
        assertThat(codePointOffsets(encoding, first, second)).as(what).isEqualTo(ints(expected.get("o")));
        assertThat(encoding.wordIds()).as(what).isEqualTo(ints(expected.get("w")));
        int[] mask = new int[encoding.length()];
        for (int special : ints(expected.get("sp"))) {
            mask[special] = 1;
        }
        assertThat(encoding.specialTokensMask()).as(what).isEqualTo(mask);
        if (expected.has("t")) {
            assertThat(encoding.tokenTypeIds()).as(what).isEqualTo(ints(expected.get("t")));
        }
        if (expected.has("q")) {
            assertThat(encoding.sequenceIds()).as(what).isEqualTo(ints(expected.get("q")));
        }
    }

    /** The goldens count code points, the product UTF-16 units. */
    private static int[] codePointOffsets(Encoding encoding, String first, String second) {
        int[][] codePointsBefore = {codePointsBefore(first), codePointsBefore(second)};
        int[] offsets = encoding.charOffsets().clone();
        for (int at = 0; at < offsets.length; at++) {
            int sequence = encoding.sequenceIds()[at / 2];
            if (sequence >= 0) {
                offsets[at] = codePointsBefore[sequence][offsets[at]];
            }
        }
        return offsets;
    }

    private static int[] codePointsBefore(String text) {
        int[] counts = new int[text.length() + 1];
        for (int at = 0; at < text.length(); at++) {
            boolean endsPair = at > 0 && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
            counts[at + 1] = counts[at] + (endsPair ? 0 : 1);
        }
        return counts;
    }

    private static String shown(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "… (" + text.length() + ")";
    }

    /** The ids of each case's text. */
    static void assertSameIds(Tokenizer tokenizer, JsonNode cases) {
        assertThat(cases).isNotEmpty();
        for (JsonNode check : cases) {
            String text = check.get("text").textValue();
            assertThat(tokenizer.encode(text, null, EncodeOptions.DEFAULT).inputIds())
                    .as(text)
                    .isEqualTo(ints(check.get("ids")));
        }
    }

    static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int at = 0; at < values.length; at++) {
            values[at] = array.get(at).intValue();
        }
        return values;
    }

    @TestFactory
    Stream<DynamicTest> vocabularyAndMergesAloneGiveTheSame() throws Exception {
        for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")) {
            Files.copy(GoldenTokens.modelDirectory("v1").resolve(file), directory.resolve(file));
        }
        Tokenizer tokenizer = Tokenizer.open(directory);
        return GoldenTokens.cases("v1").stream()
                .filter(test -> test.endsWith(".single"))
                .map(test -> DynamicTest.dynamicTest(test, () -> check(tokenizer, "v1", test)));
    }

    @Test
    void agreesWithTheCasesOfAnotherPort() throws Exception {
        Tokenizer tokenizer = Tokenizer.open(GoldenTokens.modelDirectory("v1"));
        JsonNode cases = GoldenTokens.MAPPER
                .readTree(GoldenTokens.path("checks", "rust_tokenizers.json").toFile())
                .get("v1");
        assertSameIds(tokenizer, cases);
    }

    @Test
    void decodesWhatItEncodes() {
        Tokenizer tokenizer = Tokenizer.open(GoldenTokens.modelDirectory("v1"));
        for (String corpus : List.of("en_fortunes", "multi_lipsum", "ja_wagahai", "edge_allcp")) {
            for (String text : GoldenTokens.corpus(corpus)) {
                int[] ids = tokenizer.encode(text, null, EncodeOptions.DEFAULT).inputIds();
                assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
            }
        }
    }

    @Test
    void classesAreThoseOfTheRegexLibrary() throws Exception {
        int[] expected = new int[Character.MAX_CODE_POINT + 1];
        for (String line : Files.readAllLines(GoldenTokens.path("v1_codepoint_classes.tsv"))) {
            if (!line.startsWith("#")) {
                String[] fields = line.split("\t");
                for (int at = Integer.parseInt(fields[0], 16); at <= Integer.parseInt(fields[1], 16); at++) {
                    expected[at] = "OLNS".indexOf(fields[2]);
                }
            }
        }
        for (int codePoint = 0; codePoint < expected.length; codePoint++) {
            if (CodePointClasses.of(codePoint) != expected[codePoint]) {
                assertThat(CodePointClasses.of(codePoint))
                        .as("U+%04X", codePoint)
                        .isEqualTo(expected[codePoint]);
            }
        }
    }
}
