package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.debertastreams.model.error.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of unigram tokenizers that are broken, by accident or on purpose: a clear error, or a tokenizer that works. */
final class HostileTokenizerFilesTest {

    @TempDir
    private Path directory;

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        ModelException.class, error -> assertThat(error.kind()).isEqualTo(ModelException.Kind.BUNDLE));
    }

    // ---- spm.model

    /** A message under construction. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Message varint(long value) {
            long rest = value;
            for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
                bytes.write((int) (rest & 0x7F | 0x80));
            }
            bytes.write((int) rest);
            return this;
        }

        Message raw(int... values) {
            Arrays.stream(values).forEach(bytes::write);
            return this;
        }

        Message bytes(int field, byte[] value) {
            varint(8L * field + 2).varint(value.length);
            bytes.writeBytes(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message number(int field, long value) {
            return varint(8L * field).varint(value);
        }

        Message score(float value) {
            varint(8 * 2 + 5);
            bytes.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(value)
                    .array());
            return this;
        }

        byte[] done() {
            return bytes.toByteArray();
        }
    }

    /** Four special pieces and a letter; what a test adds comes behind. */
    private static Message model() {
        Message model = new Message();
        for (String text : new String[] {"[PAD]", "[CLS]", "[SEP]", "[UNK]", "a"}) {
            model.bytes(1, new Message().text(1, text).score(-1).done());
        }
        return model.bytes(2, new Message().number(40, 3).done());
    }

    static Stream<Arguments> brokenModels() {
        return Stream.of(
                Arguments.of("has no pieces", new byte[0]),
                Arguments.of("field number 0", new byte[] {2}),
                Arguments.of(
                        "varint of more than 10 bytes",
                        new Message()
                                .raw(0x0A, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)
                                .done()),
                Arguments.of("ends within a value", new Message().raw(0x0A, 255).done()),
                Arguments.of(
                        "ends within a value", new Message().raw(0x4D, 1, 2).done()),
                Arguments.of(
                        "claims a value of 2147483647 bytes",
                        new Message().varint(0x0A).varint(Integer.MAX_VALUE).done()),
                Arguments.of(
                        "claims a value of 18446744073709551615 bytes",
                        new Message().varint(0x0A).varint(-1).done()),
                Arguments.of(
                        "has a value of the wire type 3",
                        new Message().raw(0x33).done()),
                Arguments.of(
                        "has the wire type 0, expected 2",
                        new Message().number(1, 5).done()),
                Arguments.of(
                        "piece 5: field 1 is not UTF-8",
                        model().bytes(1, new Message().bytes(1, new byte[] {-1}).done())
                                .done()),
                Arguments.of(
                        "piece 5: field 2 has the wire type 0",
                        model().bytes(1, new Message().number(2, 1).done()).done()),
                Arguments.of(
                        "piece 5 has the score NaN",
                        model().bytes(
                                        1,
                                        new Message()
                                                .text(1, "b")
                                                .score(Float.NaN)
                                                .done())
                                .done()),
                Arguments.of(
                        "piece 5 has the score -Infinity",
                        model().bytes(
                                        1,
                                        new Message()
                                                .text(1, "b")
                                                .score(Float.NEGATIVE_INFINITY)
                                                .done())
                                .done()),
                Arguments.of(
                        "is there twice",
                        model().bytes(1, new Message().text(1, "a").done()).done()),
                Arguments.of(
                        "expected at most 1024",
                        model().bytes(1, new Message().text(1, "b".repeat(2000)).done())
                                .done()),
                Arguments.of(
                        "unk_id is 99",
                        model().bytes(2, new Message().number(40, 99).done()).done()),
                Arguments.of(
                        "unk_id is -1",
                        model().bytes(2, new Message().number(40, -1).done()).done()),
                Arguments.of(
                        "model_type 2",
                        model().bytes(2, new Message().number(3, 2).done()).done()),
                Arguments.of(
                        "treat_whitespace_as_suffix is true",
                        model().bytes(2, new Message().number(24, 1).done()).done()),
                Arguments.of(
                        "escape_whitespaces is false",
                        model().bytes(3, new Message().number(5, 0).done()).done()),
                Arguments.of(
                        "has a trie of 4294967295 bytes",
                        model().bytes(
                                        3,
                                        new Message()
                                                .bytes(2, new byte[] {-1, -1, -1, -1})
                                                .done())
                                .done()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenModels")
    void refusesABrokenModel(String message, byte[] content) throws IOException {
        Files.write(directory.resolve("spm.model"), content);
        assertRefused(message);
    }

    @Test
    void refusesAVocabularyThatIsNoSentencePieceModel() throws IOException {
        Files.write(directory.resolve("spm.model"), model().done());
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"vocab_type\": \"gpt\"}");
        assertRefused("vocab_type 'gpt' is not supported");
    }

    @Test
    void survivesAnyDamageToAModel() throws IOException {
        byte[] whole = Files.readAllBytes(UnigramTest.DIRECTORY.resolve("spm.model"));
        Random random = new Random(13);
        int opened = 0;
        for (int round = 0; round < 400; round++) {
            byte[] damaged = Arrays.copyOf(whole, round % 4 == 0 ? random.nextInt(whole.length) : whole.length);
            for (int hit = round % 7; hit > 0 && damaged.length > 0; hit--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(directory.resolve("spm.model"), damaged);
            try {
                Tokenizer tokenizer = Tokenizer.open(directory);
                assertThat(tokenizer
                                .encode("the card\u2122 e\u0301\u4E00", null, EncodeOptions.DEFAULT)
                                .charOffsets())
                        .isNotEmpty();
                opened++;
            } catch (ModelException e) {
                assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE);
            }
        }
        assertThat(opened).isPositive();
    }

    // ---- The charsmap

    private static byte[] charsmap(String texts, int... units) {
        byte[] block = texts.getBytes(StandardCharsets.UTF_8);
        ByteBuffer map =
                ByteBuffer.allocate(4 + 4 * units.length + block.length).order(ByteOrder.LITTLE_ENDIAN);
        map.putInt(4 * units.length);
        for (int unit : units) {
            map.putInt(unit);
        }
        return map.put(block).array();
    }

    /** A unit that a label leads through, to children at {@code offset} from it. */
    private static int unit(int label, int offset, boolean hasValue) {
        return offset << 10 | (hasValue ? 0x100 : 0) | label;
    }

    /** A map of 256 units that are not used but for some. */
    private static int[] units(Consumer<int[]> change) {
        int[] units = new int[256];
        Arrays.fill(units, 1 << 31);
        units[0] = unit(0, 1, false);
        change.accept(units);
        return units;
    }

    @Test
    void readsASmallCharsmap() {
        // Root at 1; 'b' (98) leads to unit 99, whose children are at 99 ^ 3 = 96: its value.
        Charsmap map = Charsmap.read("map", charsmap("xy\0z\0", units(units -> {
            units[1 ^ 'b'] = unit('b', 3, true);
            units[1 ^ 'b' ^ 3] = 3;
        })));
        assertThat(map.find('b')).isEqualTo(3);
        assertThat(map.textEnd(3)).isEqualTo(4);
        assertThat(map.find('c')).isEqualTo(-1);
    }

    @Test
    void endsOnACharsmapThatLeadsInACircle() {
        // Every unit leads back to the root, whatever the label: keys without end, but none that is looked up is long.
        Charsmap map = Charsmap.read("map", charsmap("x\0", units(units -> {
            for (int label = 2; label < 256; label++) {
                units[1 ^ label] = unit(label, label, false);
            }
        })));
        assertThat(map.find('b')).isEqualTo(-1);
        assertThat(map.find(0x1F600)).isEqualTo(-1);
    }

    static Stream<Arguments> brokenCharsmaps() {
        return Stream.of(
                Arguments.of("has 0 bytes", new byte[0]),
                Arguments.of("has 3 bytes", new byte[3]),
                Arguments.of("has a trie of 0 bytes", new byte[4]),
                Arguments.of("has a trie of 2147483647 bytes", new byte[] {-1, -1, -1, 127, 0, 0, 0, 0}),
                Arguments.of("are not UTF-8", new byte[] {4, 0, 0, 0, 0, 0, 0, 0, -1}),
                Arguments.of("begins at unit 1000", charsmap("", unit(0, 1000, false))),
                Arguments.of(
                        "has an offset beyond", charsmap("", units(units -> units[1 ^ 'b'] = unit('b', 4096, false)))),
                Arguments.of("points to byte 77", charsmap("x\0", units(units -> {
                    units[1 ^ 'b'] = unit('b', 3, true);
                    units[1 ^ 'b' ^ 3] = 77;
                }))),
                Arguments.of("points to byte 1", charsmap("\u00E9\0", units(units -> {
                    units[1 ^ 'b'] = unit('b', 3, true);
                    units[1 ^ 'b' ^ 3] = 1;
                }))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenCharsmaps")
    void refusesABrokenCharsmap(String message, byte[] content) {
        assertThatThrownBy(() -> Charsmap.read("the map", content))
                .hasMessageContaining(message)
                .hasMessageStartingWith("the map")
                .isInstanceOf(ModelException.class);
    }

    // ---- tokenizer.json

    private static Arguments broken(String message, Consumer<ObjectNode> change) {
        return Arguments.of(message, change);
    }

    private static ObjectNode replace(ObjectNode json, String kind, String pattern) {
        ObjectNode replace = json.putObject("normalizer").put("type", "Replace").put("content", "");
        replace.putObject("pattern").put(kind, pattern);
        return replace;
    }

    private static ArrayNode vocabulary(ObjectNode json) {
        return (ArrayNode) json.get("model").get("vocab");
    }

    static Stream<Arguments> brokenJson() {
        return Stream.of(
                broken("has no 'unk_id'", json -> ((ObjectNode) json.get("model")).putNull("unk_id")),
                broken("unk_id is 99999", json -> ((ObjectNode) json.get("model")).put("unk_id", 99_999)),
                broken(
                        "expected a piece and its score",
                        json -> vocabulary(json).add(7)),
                broken(
                        "expected a piece and its score",
                        json -> vocabulary(json).addArray().add("x").add("y")),
                broken(
                        "is there twice",
                        json -> vocabulary(json).addArray().add("[CLS]").add(1)),
                broken(
                        "is not base64",
                        json -> json.putObject("normalizer")
                                .put("type", "Precompiled")
                                .put("precompiled_charsmap", "!")),
                broken(
                        "normalizers[0] of type 'Nmt'",
                        json -> json.putObject("normalizer")
                                .put("type", "Sequence")
                                .putArray("normalizers")
                                .addObject()
                                .put("type", "Nmt")),
                broken(
                        "normalizer of type 'BertNormalizer' is not supported",
                        json -> json.putObject("normalizer").put("type", "BertNormalizer")),
                broken("'(a+)+b' is not supported", json -> replace(json, "Regex", "(a+)+b")),
                broken("'a*' is not supported", json -> replace(json, "Regex", "a*")),
                broken("'[^a]' is not supported", json -> replace(json, "Regex", "[^a]")),
                broken("'[a' is not supported", json -> replace(json, "Regex", "[a")),
                broken("'a{0,}' is not supported", json -> replace(json, "Regex", "a{0,}")),
                broken("'a{99999999999,}' is not supported", json -> replace(json, "Regex", "a{99999999999,}")),
                broken("String is empty", json -> replace(json, "String", "")),
                broken(
                        "replacement is 'ab'",
                        json -> ((ObjectNode) json.at("/pre_tokenizer/pretokenizers/0")).put("replacement", "ab")),
                broken(
                        "prepend_scheme is 'often'",
                        json -> ((ObjectNode) json.at("/pre_tokenizer/pretokenizers/0"))
                                .put("prepend_scheme", "often")),
                broken(
                        "add_prefix_space is false",
                        json -> ((ObjectNode) json.at("/pre_tokenizer/pretokenizers/0"))
                                .put("add_prefix_space", false)),
                broken(
                        "ByteLevel with a Unigram model",
                        json -> json.putObject("pre_tokenizer").put("type", "ByteLevel")),
                broken(
                        "behavior is 'Sideways'",
                        json -> json.putObject("pre_tokenizer")
                                .put("type", "Punctuation")
                                .put("behavior", "Sideways")),
                broken(
                        "decoder of type 'CTC'",
                        json -> json.putObject("decoder").put("type", "CTC")),
                broken(
                        "nothing is left of the added token '  '",
                        json -> ((ArrayNode) json.get("added_tokens"))
                                .addObject()
                                .put("id", 9000)
                                .put("content", "  ")
                                .put("normalized", true)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenJson")
    void refusesByName(String message, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = UnigramTest.json();
        change.accept(json);
        Files.writeString(directory.resolve("tokenizer.json"), json.toString());
        assertRefused(message);
    }

    @Test
    void namesAllFilesLookedFor() {
        assertRefused(
                "looked for tokenizer.json, for spm.model (with added_tokens.json), and for vocab.json with merges.txt");
    }
}
