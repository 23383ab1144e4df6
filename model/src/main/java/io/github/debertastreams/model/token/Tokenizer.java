package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back, exactly as the Hugging Face {@code tokenizers} library does for the same model directory.
 *
 * <p>Immutable; threads may share one.
 *
 * <pre>{@code
 * Tokenizer tokenizer = Tokenizer.open(Path.of("deberta-base"));
 * Encoding encoding = tokenizer.encode("Hello  world", null, EncodeOptions.truncatedTo(512));
 * encoding.inputIds();    // [CLS] Hello Ġ Ġworld [SEP]
 * encoding.charOffsets(); // -1,-1  0,5  5,6  6,12  -1,-1
 * }</pre>
 *
 * <p>A lone surrogate, which no UTF-8 can hold, is read as U+FFFD; its span is the one UTF-16 unit.
 */
public final class Tokenizer {

    /** Three bytes of UTF-8 for each unit still fit an array. */
    private static final int LONGEST_TEXT = 1 << 28;

    private final Vocabulary vocabulary;
    private final AddedTokens addedTokens;
    private final SubwordModel model;
    private final PostProcessor postProcessor;
    private final Decoder decoder;
    private final Pool<TokenBuffer> buffers = new Pool<>(TokenBuffer::new);
    private final OptionalInt maxLength;
    private final OptionalInt padId;
    private final OptionalInt clsId;
    private final OptionalInt sepId;
    private final OptionalInt unkId;
    private final OptionalInt maskId;

    private Tokenizer(TokenizerDefinition definition, TokenizerConfig config) {
        this.vocabulary = definition.vocabulary();
        this.addedTokens = definition.addedTokens();
        this.model = definition.model();
        this.postProcessor = definition.postProcessor();
        this.decoder = definition.decoder();
        this.maxLength = config.maxLength();
        this.padId = vocabulary.id(config.token("pad", "[PAD]"));
        this.clsId = vocabulary.id(config.token("cls", "[CLS]"));
        this.sepId = vocabulary.id(config.token("sep", "[SEP]"));
        this.unkId = vocabulary.id(config.token("unk", "[UNK]"));
        this.maskId = vocabulary.id(config.token("mask", "[MASK]"));
    }

    /**
     * Opens the tokenizer of a model directory: {@code tokenizer.json}, or else {@code spm.model}, or else {@code vocab.json} with
     * {@code merges.txt}; all give the same ids.
     *
     * @throws ModelException of kind BUNDLE for a file that is missing, broken, or asks for something not supported
     */
    public static Tokenizer open(Path modelDirectory) {
        if (!Files.isDirectory(modelDirectory)) {
            throw ModelException.bundle(modelDirectory + " is not a directory: expected a model directory");
        }
        TokenizerConfig config = TokenizerConfig.read(modelDirectory);
        return new Tokenizer(TokenizerFiles.read(modelDirectory, config), config);
    }

    /**
     * The tokens of a text, or of a pair of texts, each with its offsets into its own text.
     *
     * @throws ModelException of kind INVALID_INPUT where the options cannot be met, such as a stride as long as a window
     */
    public Encoding encode(String text, @Nullable String textPair, EncodeOptions options) {
        requireLength(text);
        if (textPair != null) {
            requireLength(textPair);
        }
        String first = Utf8.replaceLoneSurrogates(text);
        String second = textPair == null ? null : Utf8.replaceLoneSurrogates(textPair);
        TokenBuffer firstTokens = buffers.take();
        TokenBuffer secondTokens = buffers.take();
        tokenize(first, firstTokens);
        if (second != null) {
            tokenize(second, secondTokens);
        }
        Truncator.Cut cut = Truncator.cut(
                options,
                firstTokens.size(),
                second == null ? -1 : secondTokens.size(),
                options.addSpecialTokens() ? numSpecialTokens(second != null) : 0);
        Encoding encoding = postProcessor.process(
                new PostProcessor.CutText(new TokenizedText(first, model, firstTokens), firstTokens, cut.first()),
                second == null
                        ? null
                        : new PostProcessor.CutText(
                                new TokenizedText(second, model, secondTokens), secondTokens, cut.second()),
                options.addSpecialTokens());
        firstTokens.clear();
        secondTokens.clear();
        buffers.giveBack(firstTokens);
        buffers.giveBack(secondTokens);
        return encoding;
    }

    private static void requireLength(String text) {
        if (text.length() > LONGEST_TEXT) {
            throw ModelException.invalidInput(
                    "the text has " + text.length() + " UTF-16 units, expected at most " + LONGEST_TEXT);
        }
    }

    private void tokenize(String text, TokenBuffer tokens) {
        addedTokens.split(text, new AddedTokenMatcher.Parts() {
            @Override
            public void text(int from, int to) {
                tokens.beginSegment(from, to);
                model.tokenize(text, from, to, tokens);
            }

            @Override
            public void added(AddedToken token, int from, int to) {
                tokens.addAdded(token.id(), from, to);
            }
        });
    }

    /**
     * The text that ids spell. An id that no token has is passed over; bytes that are no UTF-8 become U+FFFD. Source: HF
     * {@code TokenizerImpl::decode}, without the clean-up of spaces that transformers may add.
     */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        List<String> tokens = new ArrayList<>(ids.length);
        for (int id : ids) {
            if (vocabulary.contains(id) && !(skipSpecialTokens && addedTokens.isSpecial(id))) {
                tokens.add(vocabulary.token(id));
            }
        }
        return decoder.decode(tokens);
    }

    /** The number of tokens, added ones included. Ids may have gaps, so the greatest id can be larger. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** The id of a token as the vocabulary spells it, such as "Ġworld". */
    public OptionalInt id(String token) {
        return vocabulary.id(token);
    }

    /**
     * The token of an id, as the vocabulary spells it.
     *
     * @throws ModelException of kind INVALID_INPUT if no token has this id
     */
    public String token(int id) {
        return vocabulary.token(id);
    }

    /** How many tokens the post-processor adds to a text or to a pair of texts. */
    public int numSpecialTokens(boolean pair) {
        return postProcessor.numSpecialTokens(pair);
    }

    /** The longest input of the model, special tokens included, if {@code tokenizer_config.json} has a plausible one. */
    public OptionalInt maxLength() {
        return maxLength;
    }

    public OptionalInt padId() {
        return padId;
    }

    public OptionalInt clsId() {
        return clsId;
    }

    public OptionalInt sepId() {
        return sepId;
    }

    public OptionalInt unkId() {
        return unkId;
    }

    public OptionalInt maskId() {
        return maskId;
    }
}
