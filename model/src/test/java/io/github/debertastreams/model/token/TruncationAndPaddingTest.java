package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cutting and filling up at both sides, against what Hugging Face's library makes of the same texts ({@code reference.py}). */
final class TruncationAndPaddingTest {

    private static final Tokenizer TINY = Tokenizer.open(TinyTokenizer.DIRECTORY);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static List<JsonNode> reference() throws IOException {
        List<JsonNode> records = new ArrayList<>();
        for (String line : Files.readAllLines(TinyTokenizer.DIRECTORY.resolve("reference.jsonl"))) {
            records.add(MAPPER.readTree(line));
        }
        return records;
    }

    @Test
    void cutsAndFillsUpAsTheRustLibraryDoes() throws Exception {
        int encoded = 0;
        int refused = 0;
        for (JsonNode record : reference()) {
            if (!record.has("text")) {
                continue;
            }
            String text = record.get("text").textValue();
            String pair = record.get("pair").textValue();
            EncodeOptions options = options(record);
            if (record.has("error")) {
                refused++;
                assertThatThrownBy(() -> TINY.encode(text, pair, options))
                        .as(record.toString())
                        .isInstanceOfSatisfying(
                                ModelException.class,
                                error -> assertThat(error.kind()).isEqualTo(ModelException.Kind.INVALID_INPUT));
            } else {
                encoded++;
                assertSame(TINY.encode(text, pair, options), record.get("encoding"), record.toString());
            }
        }
        assertThat(encoded).isEqualTo(240);
        assertThat(refused).isEqualTo(120);
    }

    @Test
    void fillsUpABatchToItsLongest() throws Exception {
        int batches = 0;
        for (JsonNode record : reference()) {
            if (!record.has("batch")) {
                continue;
            }
            batches++;
            List<String> texts = new ArrayList<>();
            record.get("batch").forEach(text -> texts.add(text.textValue()));
            List<Encoding> encodings = TINY.encode(
                    texts, EncodeOptions.DEFAULT.withPadding(Padding.toLongest().at(side(record))));
            assertThat(encodings).hasSize(texts.size());
            for (int text = 0; text < texts.size(); text++) {
                assertSame(encodings.get(text), record.get("encodings").get(text), texts.get(text));
            }
        }
        assertThat(batches).isEqualTo(2);
    }

    private static EncodeOptions options(JsonNode record) {
        EncodeOptions options = EncodeOptions.DEFAULT
                .withTruncation(
                        Truncation.valueOf(record.get("strategy").textValue().toUpperCase(Locale.ROOT)),
                        record.get("length").intValue())
                .withStride(record.get("stride").intValue())
                .cuttingAt(side(record));
        return record.get("padded").booleanValue()
                ? options.withPadding(Padding.toMaxLength().toMultipleOf(8).at(side(record)))
                : options;
    }

    private static Side side(JsonNode record) {
        return record.get("side").textValue().equals("left") ? Side.LEFT : Side.RIGHT;
    }

    private static void assertSame(Encoding encoding, JsonNode expected, String what) {
        assertThat(encoding.inputIds()).as(what).isEqualTo(ints(expected, "ids"));
        assertThat(encoding.tokenTypeIds()).as(what).isEqualTo(ints(expected, "types"));
        assertThat(encoding.specialTokensMask()).as(what).isEqualTo(ints(expected, "special"));
        assertThat(encoding.attentionMask()).as(what).isEqualTo(ints(expected, "attention"));
        assertThat(encoding.wordIds()).as(what).isEqualTo(ints(expected, "words"));
        assertThat(encoding.sequenceIds()).as(what).isEqualTo(ints(expected, "sequences"));
        assertThat(encoding.charOffsets()).as(what).isEqualTo(ints(expected, "offsets"));
        JsonNode overflowing = expected.get("overflowing");
        assertThat(encoding.overflowing()).as(what).hasSize(overflowing.size());
        for (int window = 0; window < overflowing.size(); window++) {
            assertSame(encoding.overflowing().get(window), overflowing.get(window), what + ", window " + window);
        }
    }

    private static int[] ints(JsonNode record, String name) {
        return MAPPER.convertValue(record.get(name), int[].class);
    }

    @Test
    void fillsUpPairsTogether() {
        List<Encoding> pairs = TINY.encode(
                List.of("hello", "hello world hello"),
                List.of("world", "hello"),
                EncodeOptions.DEFAULT.withPadding(Padding.toLongest()));
        assertThat(pairs.get(0).length()).isEqualTo(pairs.get(1).length());
        assertThat(pairs.get(1).attentionMask()).doesNotContain(0);
        assertThat(pairs.get(0).attentionMask()).endsWith(0);
    }

    @Test
    void readsTheSidesOfTheConfiguration(@TempDir Path directory) throws Exception {
        Files.copy(TinyTokenizer.DIRECTORY.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"truncation_side\":\"left\",\"padding_side\":\"left\",\"pad_token\":\"[PAD]\"}");
        Tokenizer left = Tokenizer.open(directory);
        assertThat(left.truncationSide()).isEqualTo(Side.LEFT);
        assertThat(left.paddingSide()).isEqualTo(Side.LEFT);
        assertThat(TINY.truncationSide()).isEqualTo(Side.RIGHT);
        int[] ids = TINY.encode("hello world", null, EncodeOptions.DEFAULT).inputIds();
        assertThat(left.encode("hello world", null, EncodeOptions.truncatedTo(3))
                        .inputIds())
                .containsExactly(ids[0], ids[2], ids[3]);
        assertThat(left.encode("hello world", null, EncodeOptions.truncatedTo(3).cuttingAt(Side.RIGHT))
                        .inputIds())
                .containsExactly(ids[0], ids[1], ids[3]);
        EncodeOptions padded = EncodeOptions.DEFAULT.withMaxLength(6).withPadding(Padding.toMaxLength());
        assertThat(left.encode("hello world", null, padded).attentionMask()).containsExactly(0, 0, 1, 1, 1, 1);
        assertThat(TINY.encode("hello world", null, padded).attentionMask()).containsExactly(1, 1, 1, 1, 0, 0);
    }

    @Test
    void refusesASideThatIsNone(@TempDir Path directory) throws Exception {
        Files.copy(TinyTokenizer.DIRECTORY.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"padding_side\":\"middle\"}");
        assertThatThrownBy(() -> Tokenizer.open(directory))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("padding_side is 'middle', expected left or right");
    }

    @Test
    void aBatchForTheModelLeavesPaddingOut() {
        EncodeOptions padded =
                EncodeOptions.DEFAULT.withPadding(Padding.toLongest().at(Side.LEFT));
        List<String> texts = List.of("hello", "hello world hello");
        TokenBatch batch = TokenBatch.of(TINY.encode(texts, padded));
        TokenBatch unpadded = TokenBatch.of(TINY.encode(texts, EncodeOptions.DEFAULT));
        assertThat(batch.inputIds()).isEqualTo(unpadded.inputIds());
        assertThat(batch.rowStarts()).isEqualTo(unpadded.rowStarts());
        int[] positions = batch.positions();
        int longest = positions.length - batch.rowStarts()[1];
        assertThat(positions).startsWith(longest - 3, longest - 2, longest - 1, 0, 1);
    }
}
