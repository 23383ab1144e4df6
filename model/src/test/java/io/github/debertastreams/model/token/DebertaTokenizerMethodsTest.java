package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The methods of Hugging Face's {@code DebertaTokenizer} on ids, its decoding, and its vocabulary files. */
final class DebertaTokenizerMethodsTest {

    private static final Tokenizer TINY = Tokenizer.open(TinyTokenizer.DIRECTORY);
    private static final Path UNIGRAM = Path.of("src", "test", "resources", "token", "tiny-unigram");

    private final int cls = TINY.clsId().orElseThrow();
    private final int sep = TINY.sepId().orElseThrow();
    private final int mask = TINY.maskId().orElseThrow();

    @Test
    void buildsInputsWithSpecialTokens() {
        assertThat(TINY.buildInputsWithSpecialTokens(new int[] {7, 8}, null)).containsExactly(cls, 7, 8, sep);
        assertThat(TINY.buildInputsWithSpecialTokens(new int[] {7, 8}, new int[] {9}))
                .containsExactly(cls, 7, 8, sep, 9, sep);
        assertThat(TINY.buildInputsWithSpecialTokens(new int[0], null)).containsExactly(cls, sep);
    }

    @Test
    void masksSpecialTokens() {
        assertThat(TINY.getSpecialTokensMask(new int[] {7, 8}, null, false)).containsExactly(1, 0, 0, 1);
        assertThat(TINY.getSpecialTokensMask(new int[] {7, 8}, new int[] {9}, false))
                .containsExactly(1, 0, 0, 1, 0, 1);
        // Ids that have theirs already are looked at one by one, so [MASK] counts too.
        assertThat(TINY.getSpecialTokensMask(new int[] {cls, 7, mask, 8, sep}, null, true))
                .containsExactly(1, 0, 1, 0, 1);
        assertThatThrownBy(() -> TINY.getSpecialTokensMask(new int[] {cls, sep}, new int[] {sep}, true))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("not as a pair");
    }

    @Test
    void numbersTheTypesOfSequences() {
        assertThat(TINY.createTokenTypeIdsFromSequences(new int[] {7, 8}, null)).containsExactly(0, 0, 0, 0);
        assertThat(TINY.createTokenTypeIdsFromSequences(new int[] {7}, new int[] {8, 9}))
                .containsExactly(0, 0, 0, 1, 1, 1);
    }

    @Test
    void savesAByteLevelVocabularyThatLoadsAgain(@TempDir Path directory) throws Exception {
        assertThat(TINY.saveVocabulary(directory, ""))
                .containsExactly(directory.resolve("vocab.json"), directory.resolve("merges.txt"));
        Tokenizer saved = Tokenizer.open(directory);
        for (String text : new String[] {"hello world", "aaaaaaa \u00e9 \ud83e\udd14 bbb", "[MASK] hello"}) {
            assertThat(saved.encode(text, null, EncodeOptions.DEFAULT).inputIds())
                    .as(text)
                    .isEqualTo(TINY.encode(text, null, EncodeOptions.DEFAULT).inputIds());
        }
        assertThat(Files.readAllLines(directory.resolve("merges.txt"))).startsWith("#version: 0.2");
    }

    @Test
    void savesAUnigramVocabularyAsItWasRead(@TempDir Path directory) throws Exception {
        assertThat(Tokenizer.open(UNIGRAM).saveVocabulary(directory, "copy"))
                .containsExactly(directory.resolve("copy-tokenizer.json"));
        assertThat(directory.resolve("copy-tokenizer.json")).hasSameBinaryContentAs(UNIGRAM.resolve("tokenizer.json"));
        Path alone = Files.createDirectory(directory.resolve("alone"));
        Files.copy(UNIGRAM.resolve("spm.model"), alone.resolve("spm.model"));
        Path copy = Files.createDirectory(directory.resolve("copy"));
        assertThat(Tokenizer.open(alone).saveVocabulary(copy, "")).containsExactly(copy.resolve("spm.model"));
        assertThat(Tokenizer.open(copy)
                        .encode("hello world", null, EncodeOptions.DEFAULT)
                        .inputIds())
                .isEqualTo(Tokenizer.open(alone)
                        .encode("hello world", null, EncodeOptions.DEFAULT)
                        .inputIds());
        // Onto itself: nothing happens to the file.
        Tokenizer.open(alone).saveVocabulary(alone, "");
        assertThat(alone.resolve("spm.model")).hasSameBinaryContentAs(UNIGRAM.resolve("spm.model"));
    }

    @Test
    void refusesToSaveIntoWhatIsNoDirectory(@TempDir Path directory) {
        assertThatThrownBy(() -> TINY.saveVocabulary(directory.resolve("absent"), ""))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("absent is not a directory");
    }

    @Test
    void cleansUpSpacesAsTransformersDoes() {
        String text = "hello , hello . is n't it ? yes ! hello ' hello I 'm we 've you 're Bob 's do n't";
        int[] ids = TINY.encode(text, null, EncodeOptions.DEFAULT.withoutSpecialTokens())
                .inputIds();
        assertThat(TINY.decode(ids, true, true))
                .isEqualTo("hello, hello. isn't it? yes! hello'hello I'm we've you're Bob's don't");
        assertThat(TINY.decode(ids, true, false)).isEqualTo(text);
        // The tokenizer_config.json of these tests does not ask for it.
        assertThat(TINY.decode(ids, true)).isEqualTo(text);
    }

    @Test
    void cleansUpSpacesWhereTheConfigurationSaysSo(@TempDir Path directory) throws Exception {
        Files.copy(TinyTokenizer.DIRECTORY.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve("tokenizer_config.json"), "{\"clean_up_tokenization_spaces\":true}");
        int[] ids = TINY.encode("hello !", null, EncodeOptions.DEFAULT).inputIds();
        assertThat(Tokenizer.open(directory).decode(ids, true)).isEqualTo("hello!");
        assertThat(Tokenizer.open(directory).decode(ids, false)).isEqualTo("[CLS]hello![SEP]");
    }
}
