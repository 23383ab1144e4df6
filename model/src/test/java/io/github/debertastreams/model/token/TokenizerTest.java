package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** What the tokenizer promises, on a vocabulary of 256 letters and 20 merges made for these tests. */
final class TokenizerTest {

    private static final Tokenizer TINY = Tokenizer.open(TinyTokenizer.DIRECTORY);

    private static List<String> tokens(Tokenizer tokenizer, Encoding encoding) {
        return Arrays.stream(encoding.inputIds()).mapToObj(tokenizer::token).toList();
    }

    private static List<String> tokens(String text) {
        return tokens(TINY, TINY.encode(text, null, EncodeOptions.DEFAULT.withoutSpecialTokens()));
    }

    private static int[] offsets(String text) {
        return TINY.encode(text, null, EncodeOptions.DEFAULT.withoutSpecialTokens())
                .charOffsets();
    }

    @Test
    void mergesByRankWhateverTheIds() {
        assertThat(tokens("hello world")).containsExactly("hello", "Ġworld");
        assertThat(tokens("hell")).containsExactly("hell");
        assertThat(tokens("aaaaa")).containsExactly("aaaa", "a");
    }

    @Test
    void addsTheTemplateAroundTheText() {
        Encoding encoding = TINY.encode("hello world", null, EncodeOptions.DEFAULT);
        assertThat(tokens(TINY, encoding)).containsExactly("[CLS]", "hello", "Ġworld", "[SEP]");
        assertThat(encoding.charOffsets()).containsExactly(-1, -1, 0, 5, 5, 11, -1, -1);
        assertThat(encoding.specialTokensMask()).containsExactly(1, 0, 0, 1);
        assertThat(encoding.wordIds()).containsExactly(-1, 0, 1, -1);
        assertThat(encoding.sequenceIds()).containsExactly(-1, 0, 0, -1);
        assertThat(encoding.truncated()).isFalse();
    }

    @Test
    void marksTheSecondTextOfAPair() {
        Encoding encoding = TINY.encode("hello", "hello", EncodeOptions.DEFAULT);
        assertThat(tokens(TINY, encoding)).containsExactly("[CLS]", "hello", "[SEP]", "hello", "[SEP]");
        assertThat(encoding.tokenTypeIds()).containsExactly(0, 0, 0, 1, 1);
        assertThat(encoding.sequenceIds()).containsExactly(-1, 0, -1, 1, -1);
        assertThat(encoding.wordIds()).containsExactly(-1, 0, -1, 0, -1);
    }

    @Test
    void encodesEmptyTextAsSpecialTokensOnly() {
        assertThat(tokens(TINY, TINY.encode("", null, EncodeOptions.DEFAULT))).containsExactly("[CLS]", "[SEP]");
        assertThat(tokens(TINY, TINY.encode("", "", EncodeOptions.DEFAULT))).containsExactly("[CLS]", "[SEP]", "[SEP]");
        assertThat(tokens("")).isEmpty();
    }

    @Test
    void opensTheSameTokenizerFromBothSources() {
        Tokenizer files = Tokenizer.open(TinyTokenizer.FILES);
        assertThat(files.vocabularySize()).isEqualTo(TINY.vocabularySize());
        for (String text : List.of("hello  world's [MASK] [SEP]", "\uD83D\uDE00 ...", " \n hello")) {
            Encoding expected = TINY.encode(text, "hello", EncodeOptions.DEFAULT);
            Encoding encoding = files.encode(text, "hello", EncodeOptions.DEFAULT);
            assertThat(encoding.inputIds()).isEqualTo(expected.inputIds());
            assertThat(encoding.charOffsets()).isEqualTo(expected.charOffsets());
            assertThat(encoding.tokenTypeIds()).isEqualTo(expected.tokenTypeIds());
        }
    }

    @Test
    void givesOffsetsInUtf16() {
        // One emoji is two UTF-16 units: one token of four bytes, and the three tokens of another share its span.
        assertThat(tokens("\uD83D\uDE00x")).containsExactly("ðŁĺĢ", "x");
        assertThat(offsets("\uD83D\uDE00x")).containsExactly(0, 2, 2, 3);
        assertThat(tokens("\uD83E\uDD14")).containsExactly("ðŁ", "¤", "Ķ");
        assertThat(offsets("\uD83E\uDD14")).containsExactly(0, 2, 0, 2, 0, 2);
        assertThat(offsets("é world")).containsExactly(0, 1, 0, 1, 1, 7);
    }

    @Test
    void readsALoneSurrogateAsReplacementOfWidthOne() {
        for (String text : List.of("a\uD83Db", "a\uDE00b", "a\uFFFDb")) {
            assertThat(tokens(text)).isEqualTo(tokens("a\uFFFDb"));
            assertThat(offsets(text)).containsExactly(0, 1, 1, 2, 1, 2, 1, 2, 2, 3);
        }
        assertThat(offsets("\uD83D")).containsExactly(0, 1, 0, 1, 0, 1);
    }

    @Test
    void splitsWordsAsGpt2Does() {
        assertThat(words("it's IT'S don't 'llx"))
                .containsExactly("it", "'s", " IT", "'", "S", " don", "'t", " '", "llx");
        assertThat(words("a  b \n c   ")).containsExactly("a", " ", " b", " \n", " c", "   ");
        assertThat(words("x12 34!?x")).containsExactly("x", "12", " 34", "!?", "x");
        assertThat(words("a\u0085b\u001Cc\u3000 d")).containsExactly("a", "\u0085", "b", "\u001C", "c", "\u3000", " d");
        // A letter of Unicode 16, which JDK 17 does not know.
        assertThat(words("a\u1C89b")).containsExactly("a\u1C89b");
    }

    private static List<String> words(String text) {
        Encoding encoding = TINY.encode(text, null, EncodeOptions.DEFAULT.withoutSpecialTokens());
        List<String> words = new ArrayList<>();
        int from = 0;
        for (int token = 0; token < encoding.length(); token++) {
            if (token + 1 == encoding.length() || encoding.wordIds()[token + 1] != encoding.wordIds()[token]) {
                words.add(text.substring(from, encoding.charOffsets()[2 * token + 1]));
                from = encoding.charOffsets()[2 * token + 1];
            }
        }
        return words;
    }

    @Test
    void findsSpecialTokensTypedInTheText() {
        Encoding encoding = TINY.encode("hello  [MASK][SEP]", null, EncodeOptions.DEFAULT);
        assertThat(tokens(TINY, encoding)).containsExactly("[CLS]", "hello", "[MASK]", "[SEP]", "[SEP]");
        assertThat(encoding.charOffsets()).containsExactly(-1, -1, 0, 5, 5, 13, 13, 18, -1, -1);
        assertThat(encoding.specialTokensMask()).containsExactly(1, 0, 0, 0, 1);
        assertThat(encoding.wordIds()).containsExactly(-1, 0, 1, 2, -1);
    }

    @Test
    void cutsTheLongerTextFirst() {
        EncodeOptions options = EncodeOptions.truncatedTo(6);
        Encoding encoding = TINY.encode("x", "1 a 2 b", options);
        assertThat(tokens(TINY, encoding)).containsExactly("[CLS]", "x", "[SEP]", "1", "Ġ", "[SEP]");
        assertThat(encoding.overflowing()).hasSize(3);
        // Both must go: half each, the odd token to the second.
        assertThat(tokens(TINY, TINY.encode("1.2", "3.4", options)))
                .containsExactly("[CLS]", "1", "[SEP]", "3", ".", "[SEP]");
    }

    @Test
    void overlapsWindowsByTheStride() {
        EncodeOptions options = EncodeOptions.truncatedTo(5).withStride(2);
        Encoding encoding = TINY.encode("1.2.3", null, options);
        assertThat(encoding.truncated()).isTrue();
        assertThat(tokens(TINY, encoding)).containsExactly("[CLS]", "1", ".", "2", "[SEP]");
        assertThat(encoding.overflowing())
                .extracting(window -> String.join(" ", tokens(TINY, window)))
                .containsExactly("[CLS] . 2 . [SEP]", "[CLS] 2 . 3 [SEP]");
    }

    @Test
    void combinesTheWindowsOfAPair() {
        Encoding encoding = TINY.encode("1.2", "3.4", EncodeOptions.truncatedTo(5));
        assertThat(encoding.overflowing())
                .extracting(window -> String.join(" ", tokens(TINY, window)) + " "
                        + window.overflowing().size())
                .containsExactly(
                        "[CLS] . [SEP] 3 [SEP] 2",
                        "[CLS] . [SEP] . [SEP] 0",
                        "[CLS] . [SEP] 4 [SEP] 0",
                        "[CLS] 2 [SEP] 3 [SEP] 2",
                        "[CLS] 2 [SEP] . [SEP] 0",
                        "[CLS] 2 [SEP] 4 [SEP] 0",
                        "[CLS] 1 [SEP] . [SEP] 2",
                        "[CLS] 1 [SEP] 4 [SEP] 2");
    }

    @Test
    void refusesOptionsThatCannotBeMet() {
        EncodeOptions first = EncodeOptions.DEFAULT.withTruncation(Truncation.ONLY_FIRST, 4);
        EncodeOptions second = EncodeOptions.DEFAULT.withTruncation(Truncation.ONLY_SECOND, 4);
        assertInvalid("1", "1.2.3", first, "leave nothing");
        assertInvalid("1.2.3", "1", second, "leave nothing");
        assertInvalid("1.2.3", null, second, "there is none");
        assertInvalid("1.2", null, EncodeOptions.truncatedTo(4).withStride(2), "stride 2 must be less than the 2");
        assertInvalid("1.2", null, EncodeOptions.truncatedTo(1), "less than the 2 special tokens");
        assertInvalid(
                "a".repeat(100_000), null, EncodeOptions.truncatedTo(2_002).withStride(1_999), "smaller stride");
        assertThatThrownBy(() -> EncodeOptions.truncatedTo(-1)).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> EncodeOptions.DEFAULT.withStride(-1)).isInstanceOf(ModelException.class);
    }

    private static void assertInvalid(String text, @Nullable String pair, EncodeOptions options, String message) {
        assertThatThrownBy(() -> TINY.encode(text, pair, options))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        ModelException.class,
                        error -> assertThat(error.kind()).isEqualTo(ModelException.Kind.INVALID_INPUT));
    }

    @Test
    void decodesWhatItEncodes() {
        String text = "hello  world, \uD83E\uDD14 é\n\u0000 \uD83D\uDE00";
        int[] ids = TINY.encode(text, null, EncodeOptions.DEFAULT).inputIds();
        assertThat(TINY.decode(ids, true)).isEqualTo(text);
        assertThat(TINY.decode(ids, false)).isEqualTo("[CLS]" + text + "[SEP]");
    }

    @Test
    void decodesBrokenBytesAsRustDoes() {
        // A surrogate in UTF-8: three replacements. A character cut short: one. Overlong: each byte.
        assertThat(decoded(0xED, 0xA0, 0x80)).isEqualTo("\uFFFD\uFFFD\uFFFD");
        assertThat(decoded(0xE2, 0x82, 'x')).isEqualTo("\uFFFDx");
        assertThat(decoded(0xF0, 0x9F, 0x98)).isEqualTo("\uFFFD");
        assertThat(decoded(0xC0, 0x80, 0xFF)).isEqualTo("\uFFFD\uFFFD\uFFFD");
        assertThat(decoded(0xF4, 0x90, 0x80, 0x80)).isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFD");
        assertThat(TINY.decode(new int[] {-1, 1 << 30}, false)).isEmpty();
    }

    private static String decoded(int... bytes) {
        int[] ids = Arrays.stream(bytes)
                .map(value ->
                        TINY.id(String.valueOf(ByteAlphabet.letter(value))).orElseThrow())
                .toArray();
        return TINY.decode(ids, false);
    }

    @Test
    void knowsItsVocabulary() {
        assertThat(TINY.vocabularySize()).isEqualTo(256 + 20 + 5);
        assertThat(TINY.id("Ġworld")).isPresent();
        assertThat(TINY.id("nothing")).isEmpty();
        assertThat(TINY.token(0)).isEqualTo("[PAD]");
        assertThat(TINY.padId()).hasValue(0);
        assertThat(TINY.clsId()).hasValue(1);
        assertThat(TINY.sepId()).hasValue(2);
        assertThat(TINY.unkId()).hasValue(3);
        assertThat(TINY.maskId()).hasValue(280);
        assertThat(TINY.maxLength()).hasValue(64);
        assertThat(Tokenizer.open(TinyTokenizer.FILES).maxLength()).isEmpty();
        assertThat(TINY.numSpecialTokens(false)).isEqualTo(2);
        assertThat(TINY.numSpecialTokens(true)).isEqualTo(3);
        assertThatThrownBy(() -> TINY.token(281)).hasMessageContaining("no token has id 281");
    }

    @Test
    void givesEveryThreadTheSameAnswer() throws Exception {
        Random random = new Random(7);
        List<String> texts = new ArrayList<>();
        for (int text = 0; text < 300; text++) {
            texts.add(random.ints(random.nextInt(80), 0, 8)
                    .mapToObj(piece -> List.of("hello", " world", " ", "é", "\uD83D\uDE00", "[MASK]", "aaaa", "1.")
                            .get(piece))
                    .reduce("", String::concat));
        }
        List<int[]> expected = texts.stream()
                .map(text -> Tokenizer.open(TinyTokenizer.DIRECTORY)
                        .encode(text, null, EncodeOptions.DEFAULT)
                        .inputIds())
                .toList();
        var threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<int[]>>> answers = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                answers.add(threads.submit(() -> texts.stream()
                        .map(text ->
                                TINY.encode(text, null, EncodeOptions.DEFAULT).inputIds())
                        .toList()));
            }
            for (Future<List<int[]>> answer : answers) {
                assertThat(answer.get()).usingRecursiveComparison().isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void encodesAWordOfAMillionLettersInTimeNearItsLength() {
        // Quadratic work would be 10^12 steps: hours, not seconds.
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            Encoding encoding = TINY.encode("a".repeat(1_000_003), null, EncodeOptions.DEFAULT.withoutSpecialTokens());
            assertThat(encoding.length()).isEqualTo(250_002);
            assertThat(encoding.charOffsets()[2 * 250_001 + 1]).isEqualTo(1_000_003);
        });
    }

    @Test
    void mergesLongWordsAsShortOnes() {
        // The heap and the scan take different ways to the same tokens; so do words in the cache and words met first.
        Random random = new Random(11);
        BytePairEncoder encoder = new BytePairEncoder(TinyTokenizer.model());
        for (int round = 0; round < 500; round++) {
            byte[] word = new byte[40 + random.nextInt(20)];
            for (int at = 0; at < word.length; at++) {
                word[at] = (byte) "helowrdaing".charAt(random.nextInt(11));
            }
            Symbols symbols = new Symbols();
            encoder.encode(word, 0, word.length, symbols);
            assertThat(Arrays.copyOf(symbols.ids, symbols.size)).isEqualTo(TinyTokenizer.mergeNaively(word));
        }
    }

    @Test
    void refusesADirectoryWithoutTokenizerAndNamesTheFiles() {
        assertThatThrownBy(() -> Tokenizer.open(Path.of("src")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining("vocab.json with merges.txt");
        assertThatThrownBy(() -> Tokenizer.open(Path.of("no-such-directory"))).hasMessageContaining("not a directory");
    }
}
