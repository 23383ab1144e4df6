package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final VocabularySaver vocabularySaver;
    private final Side truncationSide;
    private final Side paddingSide;
    private final boolean cleansUpSpaces;
    private final OptionalInt maxLength;
    private final OptionalInt padId;
    private final OptionalInt clsId;
    private final OptionalInt sepId;
    private final OptionalInt unkId;
    private final OptionalInt maskId;

    private Tokenizer(TokenizerFiles.Found found, TokenizerConfig config) {
        TokenizerDefinition definition = found.definition();
        this.vocabulary = definition.vocabulary();
        this.addedTokens = definition.addedTokens();
        this.model = definition.model();
        this.postProcessor = definition.postProcessor();
        this.decoder = definition.decoder();
        this.vocabularySaver = new VocabularySaver(found.file(), definition.bytePair());
        this.truncationSide = config.side("truncation_side");
        this.paddingSide = config.side("padding_side");
        this.cleansUpSpaces = config.flag("clean_up_tokenization_spaces");
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
        Encoding encoding = encodeUnpadded(text, textPair, options);
        return options.padding().target() == Padding.Target.NONE
                ? encoding
                : pad(List.of(encoding), options).get(0);
    }

    /** The tokens of each text, in order; padding to the longest goes by the longest of them. */
    public List<Encoding> encode(List<String> texts, EncodeOptions options) {
        List<Encoding> encodings = new ArrayList<>(texts.size());
        for (String text : texts) {
            encodings.add(encodeUnpadded(text, null, options));
        }
        return pad(encodings, options);
    }

    /** The tokens of each pair of texts, in order; padding to the longest goes by the longest of them. */
    public List<Encoding> encode(List<String> texts, List<String> textPairs, EncodeOptions options) {
        if (texts.size() != textPairs.size()) {
            throw ModelException.invalidInput(
                    "there are " + texts.size() + " texts and " + textPairs.size() + " second texts");
        }
        List<Encoding> encodings = new ArrayList<>(texts.size());
        for (int pair = 0; pair < texts.size(); pair++) {
            encodings.add(encodeUnpadded(texts.get(pair), textPairs.get(pair), options));
        }
        return pad(encodings, options);
    }

    /** Fills up encodings and their windows. Source: HF {@code pad_encodings}. */
    private List<Encoding> pad(List<Encoding> encodings, EncodeOptions options) {
        Padding padding = options.padding();
        if (padding.target() == Padding.Target.NONE) {
            return List.copyOf(encodings);
        }
        if (padding.target() == Padding.Target.MAX_LENGTH && options.maxLength() == 0) {
            throw ModelException.invalidInput("padding to the max length, but the options have none");
        }
        int id =
                padId.orElseThrow(() -> ModelException.invalidInput("padding, but the tokenizer has no padding token"));
        int longest = encodings.stream().mapToInt(Encoding::length).max().orElse(0);
        int length = padding.length(longest, options.maxLength());
        Side side = padding.side().orElse(paddingSide);
        return encodings.stream()
                .map(encoding -> encoding.padded(length, id, side))
                .toList();
    }

    private Encoding encodeUnpadded(String text, @Nullable String textPair, EncodeOptions options) {
        requireLength(text);
        if (textPair != null) {
            requireLength(textPair);
        }
        TokenBuffer tokens = buffers.take();
        String repaired = tokenize(text, tokens);
        int specials = options.addSpecialTokens() ? numSpecialTokens(textPair != null) : 0;
        Encoding encoding = textPair == null && options.fits(tokens.size(), specials)
                ? postProcessor.process(repaired, model, tokens, options.addSpecialTokens())
                : encodeCut(repaired, tokens, textPair, specials, options);
        giveBack(tokens);
        return encoding;
    }

    private Encoding encodeCut(
            String first, TokenBuffer firstTokens, @Nullable String textPair, int specials, EncodeOptions options) {
        TokenBuffer secondTokens = buffers.take();
        String second = textPair == null ? null : tokenize(textPair, secondTokens);
        Truncator.Cut cut = Truncator.cut(
                options,
                options.truncationSide().orElse(truncationSide),
                firstTokens.size(),
                second == null ? -1 : secondTokens.size(),
                specials);
        Encoding encoding = postProcessor.process(
                new PostProcessor.CutText(new TokenizedText(first, model, firstTokens), firstTokens, cut.first()),
                second == null
                        ? null
                        : new PostProcessor.CutText(
                                new TokenizedText(second, model, secondTokens), secondTokens, cut.second()),
                options.addSpecialTokens());
        giveBack(secondTokens);
        return encoding;
    }

    private void giveBack(TokenBuffer tokens) {
        tokens.clear();
        buffers.giveBack(tokens);
    }

    private static void requireLength(String text) {
        if (text.length() > LONGEST_TEXT) {
            throw ModelException.invalidInput(
                    "the text has " + text.length() + " UTF-16 units, expected at most " + LONGEST_TEXT);
        }
    }

    /** Adds the tokens of a text, and returns what it is without lone surrogates. */
    private String tokenize(String text, TokenBuffer tokens) {
        if (addedTokens.passOver(text)) {
            addSegment(text, 0, text.length(), true, tokens);
            return text;
        }
        boolean ascii = Utf8.isAscii(text, 0, text.length());
        String repaired = ascii ? text : Utf8.replaceLoneSurrogates(text);
        addedTokens.split(repaired, new AddedTokenMatcher.Parts() {
            @Override
            public void text(int from, int to) {
                addSegment(repaired, from, to, ascii, tokens);
            }

            @Override
            public void added(AddedToken token, int from, int to) {
                tokens.addAdded(token.id(), from, to);
            }
        });
        return repaired;
    }

    private void addSegment(String text, int from, int to, boolean ascii, TokenBuffer tokens) {
        if (from < to) {
            int firstToken = tokens.size();
            boolean aligned = model.tokenize(text, from, to, ascii, tokens);
            tokens.addSegment(from, to, firstToken, aligned);
        }
    }

    /**
     * The text that ids spell. An id that no token has is passed over; bytes that are no UTF-8 become U+FFFD. Spaces are cleaned up if
     * {@code tokenizer_config.json} says so. Source: HF {@code TokenizerImpl::decode} and {@code PreTrainedTokenizerFast._decode}.
     */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        return decode(ids, skipSpecialTokens, cleansUpSpaces);
    }

    /** The text that ids spell; with {@code cleanUpSpaces} no space is left before punctuation and English contractions. */
    public String decode(int[] ids, boolean skipSpecialTokens, boolean cleanUpSpaces) {
        List<String> tokens = new ArrayList<>(ids.length);
        for (int id : ids) {
            if (vocabulary.contains(id) && !(skipSpecialTokens && addedTokens.isSpecial(id))) {
                tokens.add(vocabulary.token(id));
            }
        }
        String text = decoder.decode(tokens);
        return cleanUpSpaces ? SpacesCleanUp.clean(text) : text;
    }

    /**
     * The ids of a text, or of a pair of texts, with [CLS] and [SEP] around them. Source: HF
     * {@code DebertaTokenizer.build_inputs_with_special_tokens}; the post-processor has no say.
     */
    public int[] buildInputsWithSpecialTokens(int[] ids, int @Nullable [] pairIds) {
        int cls = require("cls", clsId);
        int sep = require("sep", sepId);
        int[] inputs = new int[ids.length + 2 + (pairIds == null ? 0 : pairIds.length + 1)];
        inputs[0] = cls;
        System.arraycopy(ids, 0, inputs, 1, ids.length);
        inputs[ids.length + 1] = sep;
        if (pairIds != null) {
            System.arraycopy(pairIds, 0, inputs, ids.length + 2, pairIds.length);
            inputs[inputs.length - 1] = sep;
        }
        return inputs;
    }

    private static int require(String role, OptionalInt id) {
        return id.orElseThrow(() -> ModelException.invalidInput("the tokenizer has no " + role + " token"));
    }

    /**
     * 1 where {@link #buildInputsWithSpecialTokens} puts a special token, or, of ids that have theirs already, 1 for each special one.
     * Source: HF {@code DebertaTokenizer.get_special_tokens_mask}.
     *
     * @throws ModelException of kind INVALID_INPUT for a pair that has its special tokens already
     */
    public int[] getSpecialTokensMask(int[] ids, int @Nullable [] pairIds, boolean alreadyHasSpecialTokens) {
        if (alreadyHasSpecialTokens) {
            if (pairIds != null) {
                throw ModelException.invalidInput(
                        "ids that have their special tokens already must come as one sequence, not as a pair");
            }
            return Arrays.stream(ids)
                    .map(id -> addedTokens.isSpecial(id) ? 1 : 0)
                    .toArray();
        }
        int[] mask = new int[ids.length + 2 + (pairIds == null ? 0 : pairIds.length + 1)];
        mask[0] = 1;
        mask[ids.length + 1] = 1;
        mask[mask.length - 1] = 1;
        return mask;
    }

    /**
     * The type ids that fit {@link #buildInputsWithSpecialTokens}: 0 for the first text and the special tokens around it, 1 for the
     * second and the one behind it. Source: HF {@code DebertaTokenizer.create_token_type_ids_from_sequences}.
     */
    public int[] createTokenTypeIdsFromSequences(int[] ids, int @Nullable [] pairIds) {
        int first = ids.length + 2;
        int[] types = new int[first + (pairIds == null ? 0 : pairIds.length + 1)];
        Arrays.fill(types, first, types.length, 1);
        return types;
    }

    /**
     * Saves the vocabulary so that it loads again, here and in Hugging Face's library: {@code vocab.json} and {@code merges.txt} of a
     * byte-level tokenizer, {@code spm.model} of a unigram one, or its {@code tokenizer.json} where it was read from that. Added tokens
     * and settings are no part of a vocabulary, except in the last case. Source: HF {@code DebertaTokenizer.save_vocabulary}.
     *
     * @param filenamePrefix comes before the names with a hyphen, unless empty
     * @return the files written
     * @throws ModelException if the directory is not there or cannot be written to
     */
    public List<Path> saveVocabulary(Path directory, String filenamePrefix) {
        return vocabularySaver.save(directory, filenamePrefix);
    }

    /** The end at which texts are cut unless options say otherwise: {@code truncation_side} of {@code tokenizer_config.json}. */
    public Side truncationSide() {
        return truncationSide;
    }

    /** The end at which sequences are filled up unless options say otherwise: {@code padding_side} of the same file. */
    public Side paddingSide() {
        return paddingSide;
    }

    /** The text that tokens spell, be they the vocabulary's or not. Source: HF {@code convert_tokens_to_string}. */
    public String decodeTokens(List<String> tokens) {
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
