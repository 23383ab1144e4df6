package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Unigram tokenizers and their steps, on a small vocabulary: {@code make.py} beside it made that and what the Rust library answers. */
final class UnigramTest {

    static final Path DIRECTORY = Path.of("src", "test", "resources", "token", "tiny-unigram");

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final EncodeOptions BARE = EncodeOptions.DEFAULT.withoutSpecialTokens();
    private static final Tokenizer TINY = Tokenizer.open(DIRECTORY);

    @TempDir
    private Path directory;

    static ObjectNode json() {
        try {
            return (ObjectNode)
                    MAPPER.readTree(DIRECTORY.resolve("tokenizer.json").toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Opens a tokenizer after a change to the small one: "model" key by key, the rest whole. */
    static Tokenizer changed(Path directory, JsonNode change) throws IOException {
        ObjectNode json = json();
        String charsmap =
                json.at("/normalizer/normalizers/1/precompiled_charsmap").textValue();
        JsonNode complete = MAPPER.readTree(change.toString().replace("\"CHARSMAP\"", "\"" + charsmap + "\""));
        complete.properties().forEach(entry -> {
            if (entry.getKey().equals("model")) {
                ((ObjectNode) json.get("model")).setAll((ObjectNode) entry.getValue());
            } else {
                json.set(entry.getKey(), entry.getValue());
            }
        });
        MAPPER.writeValue(directory.resolve("tokenizer.json").toFile(), json);
        return Tokenizer.open(directory);
    }

    @TestFactory
    Stream<DynamicTest> answersAsTheRustLibraryDoes() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        List<JsonNode> answers = new ArrayList<>();
        for (String line : Files.readAllLines(DIRECTORY.resolve("reference.jsonl"))) {
            JsonNode entry = MAPPER.readTree(line);
            if (entry.has("variant")) {
                List<JsonNode> own = new ArrayList<>();
                answers = own;
                tests.add(DynamicTest.dynamicTest(
                        entry.get("variant").textValue(), () -> check(changed(directory, entry.get("change")), own)));
            } else {
                answers.add(entry);
            }
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests.stream();
    }

    private static void check(Tokenizer tokenizer, List<JsonNode> answers) {
        assertThat(answers).hasSizeGreaterThan(20);
        for (JsonNode answer : answers) {
            String text = answer.get("text").textValue();
            Encoding encoding = tokenizer.encode(text, null, BARE);
            assertThat(encoding.inputIds()).as(text).isEqualTo(TokenizerGoldenTest.ints(answer.get("ids")));
            assertThat(codePoints(text, encoding.charOffsets()))
                    .as(text)
                    .isEqualTo(TokenizerGoldenTest.ints(answer.get("offsets")));
            assertThat(encoding.wordIds()).as(text).isEqualTo(TokenizerGoldenTest.ints(answer.get("words")));
            if (answer.has("decoded")) {
                assertThat(tokenizer.decode(encoding.inputIds(), false))
                        .as(text)
                        .isEqualTo(answer.get("decoded").textValue());
            }
        }
    }

    private static int[] codePoints(String text, int[] offsets) {
        return Arrays.stream(offsets).map(at -> text.codePointCount(0, at)).toArray();
    }

    @Test
    void opensTheSameTokenizerFromTheSentencePieceModel() throws IOException {
        Files.copy(DIRECTORY.resolve("spm.model"), directory.resolve("spm.model"));
        Tokenizer tokenizer = Tokenizer.open(directory);
        assertThat(tokenizer.vocabularySize()).isEqualTo(TINY.vocabularySize());
        assertThat(tokenizer.maskId()).isEqualTo(TINY.maskId());
        Random random = new Random(5);
        List<String> parts =
                List.of("the", " ", "card", "[MASK]", "[UNK]", "\u00AD", "e\u0301", "\u2122", "\u4E00", "\n");
        for (int round = 0; round < 500; round++) {
            String text = random.ints(random.nextInt(12), 0, parts.size())
                    .mapToObj(parts::get)
                    .reduce("", String::concat);
            Encoding expected = TINY.encode(text, "the card", EncodeOptions.DEFAULT);
            Encoding encoding = tokenizer.encode(text, "the card", EncodeOptions.DEFAULT);
            assertThat(encoding.inputIds()).as(text).isEqualTo(expected.inputIds());
            assertThat(encoding.charOffsets()).as(text).isEqualTo(expected.charOffsets());
            assertThat(encoding.wordIds()).as(text).isEqualTo(expected.wordIds());
        }
    }

    @Test
    void readsALoneSurrogateAsReplacementOfWidthOne() {
        for (String text : List.of("the\uD83Dcard", "the\uDE00card")) {
            Encoding encoding = TINY.encode(text, null, BARE);
            assertThat(encoding.inputIds())
                    .isEqualTo(TINY.encode("the\uFFFDcard", null, BARE).inputIds());
            assertThat(encoding.charOffsets()).contains(3, 4).endsWith(8);
        }
    }

    @Test
    void segmentsWordsInTimeNearTheirLength() {
        // Work for each pair of places would be 10^12 steps: hours, not seconds.
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String text : List.of("e".repeat(1_000_003), "\u4E00".repeat(500_000), "the card ".repeat(120_000))) {
                Encoding encoding = TINY.encode(text, null, BARE);
                assertThat(encoding.charOffsets()[2 * encoding.length() - 1])
                        .isEqualTo(text.stripTrailing().length());
            }
        });
    }

    /** The definition: the best of all ways to cut a word. */
    private static double bestScore(String word, JsonNode vocabulary, double unknownScore) {
        double[] best = new double[word.length() + 1];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        best[0] = 0;
        for (int end = 1; end <= word.length(); end++) {
            for (JsonNode piece : vocabulary) {
                String text = piece.get(0).textValue();
                if (!text.isEmpty() && word.startsWith(text, end - text.length())) {
                    best[end] = Math.max(
                            best[end], best[end - text.length()] + piece.get(1).doubleValue());
                }
            }
            best[end] = Math.max(best[end], best[end - 1] + unknownScore);
        }
        return best[word.length()];
    }

    @Test
    void findsTheBestOfAllSegmentations() throws IOException {
        ObjectNode change = MAPPER.createObjectNode();
        change.putNull("normalizer").putNull("pre_tokenizer");
        Tokenizer tokenizer = changed(directory, change);
        JsonNode vocabulary = json().at("/model/vocab");
        double lowest = Double.POSITIVE_INFINITY;
        for (JsonNode piece : vocabulary) {
            lowest = Math.min(lowest, piece.get(1).doubleValue());
        }
        Random random = new Random(9);
        for (int round = 0; round < 300; round++) {
            String word = random.ints(1 + random.nextInt(24), 0, 12)
                    .mapToObj(letter -> "\u2581thecardnosir".substring(letter, letter + 1))
                    .reduce("", String::concat);
            double score = 0;
            for (int id : tokenizer.encode(word, null, BARE).inputIds()) {
                score += vocabulary.get(id).get(1).doubleValue();
            }
            assertThat(score).as(word).isCloseTo(bestScore(word, vocabulary, lowest - 10), withinRounding());
        }
    }

    private static Offset<Double> withinRounding() {
        return Offset.offset(1e-9);
    }

    @Test
    void refusesABrokenCharsmap() throws IOException {
        for (String charsmap : List.of("", "AAAA", "!", "/////w==", "BAAAAAAAAAA=".repeat(3))) {
            ObjectNode change = MAPPER.createObjectNode();
            change.putObject("normalizer").put("type", "Precompiled").put("precompiled_charsmap", charsmap);
            assertThatThrownBy(() -> changed(directory, change))
                    .as(charsmap)
                    .hasMessageContaining("precompiled_charsmap")
                    .isInstanceOfSatisfying(
                            ModelException.class,
                            error -> assertThat(error.kind()).isEqualTo(ModelException.Kind.BUNDLE));
        }
    }
}
