package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The elements of {@code tokenizer.json}: their options at work, and what is refused. */
final class TokenizerJsonTest {

    @TempDir
    private Path directory;

    private List<String> tokens(Tokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer
                        .encode(text, null, EncodeOptions.DEFAULT.withoutSpecialTokens())
                        .inputIds())
                .mapToObj(tokenizer::token)
                .toList();
    }

    private int[] offsets(Tokenizer tokenizer, String text) {
        return tokenizer
                .encode(text, null, EncodeOptions.DEFAULT.withoutSpecialTokens())
                .charOffsets();
    }

    private static ObjectNode addToken(ObjectNode json, int id, String content, String... flags) {
        ObjectNode token = ((ArrayNode) json.get("added_tokens")).addObject();
        token.put("id", id).put("content", content);
        for (String flag : flags) {
            token.put(flag, true);
        }
        return token;
    }

    @Test
    void putsASpaceBeforeEverySegmentOnRequest() {
        Tokenizer tokenizer = TinyTokenizer.changed(
                directory, json -> ((ObjectNode) json.get("pre_tokenizer")).put("add_prefix_space", true));
        assertThat(tokens(tokenizer, "world[SEP]world")).containsExactly("Ġworld", "[SEP]", "Ġworld");
        assertThat(offsets(tokenizer, "world[SEP]world")).containsExactly(0, 5, 5, 10, 10, 15);
        assertThat(tokens(tokenizer, " world")).containsExactly("Ġworld");
        // A space that is a token of its own has the span of the character it was put before.
        assertThat(offsets(tokenizer, "é")).containsExactly(0, 1, 0, 1, 0, 1);
        assertThat(offsets(tokenizer, "\uD83D\uDE00")).containsExactly(0, 2, 0, 2);
        assertThat(tokens(tokenizer, "")).isEmpty();
    }

    @Test
    void takesASegmentAsOneWordWithoutThePattern() {
        Tokenizer tokenizer = TinyTokenizer.changed(
                directory, json -> ((ObjectNode) json.get("pre_tokenizer")).put("use_regex", false));
        assertThat(tokenizer
                        .encode("hello world's", null, EncodeOptions.DEFAULT.withoutSpecialTokens())
                        .wordIds())
                .containsOnly(0);
    }

    @Test
    void matchesTheLongestAddedTokenOfTheLeftmost() {
        Tokenizer tokenizer = TinyTokenizer.changed(directory, json -> {
            addToken(json, 281, "<a>");
            addToken(json, 282, "<a><b>");
            addToken(json, 283, "b><c>");
        });
        assertThat(tokens(tokenizer, "<a><b><c>")).containsExactly("<a><b>", "<", "c", ">");
        assertThat(tokens(tokenizer, "<a><c>")).containsExactly("<a>", "<", "c", ">");
    }

    @Test
    void matchesRawTokensBeforeNormalizedOnes() {
        Tokenizer tokenizer = TinyTokenizer.changed(directory, json -> {
            addToken(json, 281, "<a><b>").put("normalized", true);
            addToken(json, 282, "<b>").put("normalized", false);
        });
        assertThat(tokens(tokenizer, "<a><b>")).containsExactly("<", "a", ">", "<b>");
    }

    @Test
    void honoursSingleWord() {
        Tokenizer tokenizer = TinyTokenizer.changed(directory, json -> addToken(json, 281, "cat", "single_word"));
        assertThat(tokens(tokenizer, "cat cats,cat")).containsExactly("cat", "Ġ", "c", "a", "t", "s", ",", "cat");
        assertThat(tokens(tokenizer, "_cat")).containsExactly("_", "c", "a", "t");
        assertThat(tokens(tokenizer, "cat\u0301")).doesNotContain("cat");
    }

    @Test
    void honoursStripOnBothSides() {
        Tokenizer tokenizer = TinyTokenizer.changed(directory, json -> addToken(json, 281, "<x>", "lstrip", "rstrip"));
        assertThat(tokens(tokenizer, "a \n<x>\u3000 b")).containsExactly("a", "<x>", "b");
        assertThat(offsets(tokenizer, "a \n<x>\u3000 b")).containsExactly(0, 1, 1, 8, 8, 9);
        assertThat(tokens(tokenizer, "<x>  <x>")).containsExactly("<x>", "<x>");
        assertThat(offsets(tokenizer, "<x>  <x>")).containsExactly(0, 5, 5, 8);
    }

    @Test
    void leavesOutOnlySpecialTokensWhenDecoding() {
        Tokenizer tokenizer = TinyTokenizer.changed(directory, json -> addToken(json, 281, "<x>"));
        int[] ids = tokenizer.encode("hello<x>", null, EncodeOptions.DEFAULT).inputIds();
        assertThat(tokenizer.decode(ids, true)).isEqualTo("hello<x>");
    }

    @Test
    void trimsOffsetsWithRobertaProcessing() {
        Tokenizer tokenizer = TinyTokenizer.changed(
                directory,
                json -> json.set(
                        "post_processor",
                        json.objectNode()
                                .put("type", "RobertaProcessing")
                                .put("add_prefix_space", false)
                                .<ObjectNode>set(
                                        "sep", json.arrayNode().add("[SEP]").add(2))
                                .set("cls", json.arrayNode().add("[CLS]").add(1))));
        Encoding encoding = tokenizer.encode("hello world  [MASK]", "hello", EncodeOptions.DEFAULT);
        assertThat(encoding.inputIds()).startsWith(1).endsWith(2).hasSize(8);
        assertThat(encoding.charOffsets()).containsExactly(-1, -1, 0, 5, 6, 11, 13, 19, -1, -1, -1, -1, 0, 5, -1, -1);
        assertThat(encoding.tokenTypeIds()).containsOnly(0);
        assertThat(tokenizer.numSpecialTokens(true)).isEqualTo(4);
    }

    @Test
    void worksWithoutPostProcessor() {
        Tokenizer tokenizer = TinyTokenizer.changed(directory, json -> json.putNull("post_processor"));
        Encoding encoding = tokenizer.encode("hello", "hello", EncodeOptions.DEFAULT);
        assertThat(encoding.tokenTypeIds()).containsExactly(0, 1);
        assertThat(tokenizer.numSpecialTokens(true)).isZero();
    }

    @Test
    void usesTheUnknownTokenForLettersThatTheVocabularyLacks() {
        Consumer<ObjectNode> withoutQ = json -> {
            ObjectNode vocabulary = (ObjectNode) json.get("model").get("vocab");
            vocabulary.remove("q");
            ((ObjectNode) json.get("model")).put("unk_token", "[UNK]");
        };
        assertThat(tokens(TinyTokenizer.changed(directory, withoutQ), "aqqa"))
                .containsExactly("a", "[UNK]", "[UNK]", "a");
        Tokenizer fusing = TinyTokenizer.changed(
                directory, withoutQ.andThen(json -> ((ObjectNode) json.get("model")).put("fuse_unk", true)));
        assertThat(tokens(fusing, "aqqa")).containsExactly("a", "[UNK]", "a");
        assertThat(offsets(fusing, "aqqa")).containsExactly(0, 1, 1, 3, 3, 4);
    }

    @Test
    void takesWordsWholeWhenMergesAreIgnored() {
        Tokenizer tokenizer = TinyTokenizer.changed(directory, json -> {
            ((ObjectNode) json.get("model")).put("ignore_merges", true);
            ((ObjectNode) json.get("model").get("vocab")).put("xyz", 281);
        });
        assertThat(tokens(tokenizer, "xyz xyzz")).containsExactly("xyz", "Ġ", "x", "y", "z", "z");
    }

    @Test
    void readsMergesAsPairs() {
        Tokenizer tokenizer = TinyTokenizer.changed(directory, json -> {
            ArrayNode pairs = json.arrayNode();
            json.get("model").get("merges").forEach(merge -> {
                String[] pair = merge.textValue().split(" ");
                pairs.addArray().add(pair[0]).add(pair[1]);
            });
            ((ObjectNode) json.get("model")).set("merges", pairs);
        });
        assertThat(tokens(tokenizer, "hello world")).containsExactly("hello", "Ġworld");
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                broken(
                        "normalizer of type 'StripAccents' is not supported",
                        json -> json.putObject("normalizer").put("type", "StripAccents")),
                broken(
                        "pre_tokenizer of type 'Digits' is not supported",
                        json -> json.putObject("pre_tokenizer").put("type", "Digits")),
                broken(
                        "needs the pre_tokenizer ByteLevel as the last",
                        json -> json.putObject("pre_tokenizer").put("type", "WhitespaceSplit")),
                broken("has no 'pre_tokenizer'", json -> json.putNull("pre_tokenizer")),
                broken(
                        "decoder of type 'WordPiece'",
                        json -> json.putObject("decoder").put("type", "WordPiece")),
                broken("model of type 'WordPiece'", json -> model(json).put("type", "WordPiece")),
                broken("vocab is not an array", json -> model(json).put("type", "Unigram")),
                broken(
                        "post_processor of type 'Sequence'",
                        json -> json.putObject("post_processor").put("type", "Sequence")),
                broken("dropout 0.1 is not supported", json -> model(json).put("dropout", 0.1)),
                broken("byte_fallback", json -> model(json).put("byte_fallback", true)),
                broken("continuing_subword_prefix", json -> model(json).put("continuing_subword_prefix", "##")),
                broken("end_of_word_suffix", json -> model(json).put("end_of_word_suffix", "</w>")),
                broken(
                        "unk_token 'nothing' is not in the vocabulary",
                        json -> model(json).put("unk_token", "nothing")),
                broken("has no 'vocab'", json -> model(json).remove("vocab")),
                broken("vocab has no tokens", json -> model(json).putObject("vocab")),
                broken("vocab is not a JSON object", json -> model(json).putArray("vocab")),
                broken("merges is not an array", json -> model(json).putObject("merges")),
                broken(
                        "merges[20] needs the token 'zzz'",
                        json -> ((ArrayNode) model(json).get("merges")).add("zzz a")),
                broken(
                        "merges[20] needs the token 'xy'",
                        json -> ((ArrayNode) model(json).get("merges")).add("x y")),
                broken("merges[20] is 'a b c'", json -> ((ArrayNode) model(json).get("merges")).add("a b c")),
                broken("merges[20] is 7", json -> ((ArrayNode) model(json).get("merges")).add(7)),
                broken(
                        "'x' is -1, expected an id",
                        json -> ((ObjectNode) model(json).get("vocab")).put("x", -1)),
                broken("expected an id", json -> ((ObjectNode) model(json).get("vocab")).put("x", 1.5)),
                broken("expected an id", json -> ((ObjectNode) model(json).get("vocab")).put("x", 1L << 40)),
                broken("has id 2000000000", json -> ((ObjectNode) model(json).get("vocab")).put("x", 2_000_000_000)),
                broken("both have id 5", json -> ((ObjectNode) model(json).get("vocab")).put("x", 5)),
                broken("added token 'x' has id 1000", json -> addToken(json, 1000, "x")),
                broken("both have id 5", json -> addToken(json, 5, "new")),
                broken("has 1025 letters", json -> addToken(json, 281, "x".repeat(1025))),
                broken("added_tokens[5] is not a JSON object", json -> ((ArrayNode) json.get("added_tokens")).add(1)),
                broken(
                        "lstrip is \"yes\"",
                        json -> ((ObjectNode) json.get("added_tokens").get(0)).put("lstrip", "yes")),
                broken(
                        "single is a template of A, A",
                        json -> ((ArrayNode) json.get("post_processor").get("single"))
                                .add(json.get("post_processor").get("single").get(1))),
                broken(
                        "pair is a template of no text",
                        json -> ((ObjectNode) json.get("post_processor")).putArray("pair")),
                broken(
                        "ids[0] is 999, which no token has",
                        json -> ((ArrayNode) json.get("post_processor")
                                        .get("special_tokens")
                                        .get("[CLS]")
                                        .get("ids"))
                                .set(0, 999)),
                broken(
                        "has no '[SEP]'",
                        json -> ((ObjectNode) json.get("post_processor").get("special_tokens")).remove("[SEP]")));
    }

    private static ObjectNode model(ObjectNode json) {
        return (ObjectNode) json.get("model");
    }

    private static Arguments broken(String message, Consumer<ObjectNode> change) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void refusesByName(String message, Consumer<ObjectNode> change) {
        assertThatThrownBy(() -> TinyTokenizer.changed(directory, change))
                .hasMessageContaining(message)
                .hasMessageContaining("tokenizer.json")
                .isInstanceOfSatisfying(
                        ModelException.class, error -> assertThat(error.kind()).isEqualTo(ModelException.Kind.BUNDLE));
    }

    @ParameterizedTest
    @CsvSource({
        "'', tokenizer.json is not a JSON object",
        "'{', cannot be read as JSON",
        "'[]', is not a JSON object",
        "'{} x', cannot be read as JSON",
        "'{}', has no 'model'"
    })
    void refusesWhatIsNoTokenizer(String content, String message) throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), content);
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesDeepNesting() throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), "{\"a\":" + "[".repeat(100_000));
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cannot be read as JSON");
    }

    @ParameterizedTest
    @CsvSource({
        "merges.txt, '#version: 0.2\nh e\nx y\n', merges.txt: line 3 needs the token 'xy'",
        "merges.txt, '#version: 0.2\n\nh e\n', merges.txt: line 2 is ''",
        "merges.txt, 'h e l', merges.txt: line 1 is 'h e l'",
        "vocab.json, '{\"a\": 0}', merges.txt: line 2 needs the token 'h'"
    })
    void refusesBrokenVocabularyFiles(String file, String content, String message) throws IOException {
        TinyTokenizer.copyFiles(directory, file, content);
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void namesTheFileThatIsMissing() throws IOException {
        TinyTokenizer.copyFiles(directory, "none", "");
        Files.delete(directory.resolve("merges.txt"));
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .hasMessageContaining("vocab.json is there, merges.txt is not");
    }
}
