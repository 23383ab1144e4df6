package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.MetaspacePreTokenizer.PrependScheme;
import io.github.debertastreams.model.token.SplitPreTokenizer.Behavior;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code spm.model} with the configuration beside it, into the same steps that HF writes to {@code tokenizer.json}.
 *
 * <p>Source: HF {@code DebertaV2Converter} and {@code SpmConverter}. They leave out the model's {@code byte_fallback},
 * {@code add_dummy_prefix} and {@code remove_extra_whitespaces}, and so do we: tokenizers of the published models work without.
 */
final class SentencePieceFiles {

    private static final int METASPACE = '▁';

    private SentencePieceFiles() {}

    static TokenizerDefinition read(Path file, TokenizerConfig config) {
        if (!config.vocabularyType().equals("spm")) {
            throw ModelException.bundle("tokenizer_config.json beside " + file + ": vocab_type '"
                    + config.vocabularyType() + "' is not supported, expected spm");
        }
        SentencePieceModel model = SentencePieceModel.read(file);
        requireSupported(file, model);
        UnigramModel unigram = unigram(file, model);
        return TokenizerDefinition.unigram(
                file.toString(),
                unigram,
                new TokenizerDefinition.Steps(normalizers(file, model, config), preTokenizers(config)),
                addedTokens(model, config, unigram.vocabulary(file.toString())),
                VocabularyFiles.bertProcessor(file, config),
                new Decoder.Metaspace(METASPACE, true));
    }

    private static void requireSupported(Path file, SentencePieceModel model) {
        if (model.modelType() != SentencePieceModel.UNIGRAM) {
            throw ModelException.bundle(file + ": model_type " + model.modelType() + " is not supported, expected "
                    + SentencePieceModel.UNIGRAM + " (unigram)");
        }
        if (model.whitespaceIsSuffix() || !model.escapesWhitespace()) {
            throw ModelException.bundle(file + ": treat_whitespace_as_suffix is " + model.whitespaceIsSuffix()
                    + ", escape_whitespaces is " + model.escapesWhitespace() + ", expected false and true");
        }
    }

    private static UnigramModel unigram(Path file, SentencePieceModel model) {
        List<String> pieces = new ArrayList<>();
        double[] scores = new double[model.pieces().size()];
        for (SentencePieceModel.Piece piece : model.pieces()) {
            scores[pieces.size()] = piece.score();
            pieces.add(piece.text());
        }
        return UnigramModel.of(file.toString(), pieces, scores, model.unknownId(), false);
    }

    private static List<Normalizer> normalizers(Path file, SentencePieceModel model, TokenizerConfig config) {
        List<Normalizer> steps = new ArrayList<>();
        if (config.flag("do_lower_case")) {
            steps.add(new LowercaseNormalizer());
        }
        steps.add(new StripNormalizer(true, true));
        if (model.charsmap().length > 0) {
            steps.add(new PrecompiledNormalizer(Charsmap.read(file + ": precompiled_charsmap", model.charsmap())));
        }
        byte[] space = " ".getBytes(StandardCharsets.UTF_8);
        steps.add(new ReplaceNormalizer(TextPattern.run((byte) ' ', 2), space));
        return steps;
    }

    private static List<PreTokenizer> preTokenizers(TokenizerConfig config) {
        List<PreTokenizer> steps = new ArrayList<>();
        if (config.flag("split_by_punct")) {
            steps.add(new SplitPreTokenizer(TextPattern.one(Punctuation::contains), Behavior.ISOLATED, false));
        }
        steps.add(new MetaspacePreTokenizer(METASPACE, PrependScheme.ALWAYS, true));
        return steps;
    }

    /** The tokens of the configuration, and the model's own: control pieces are special, user-defined ones are not. */
    private static List<AddedToken> addedTokens(
            SentencePieceModel model, TokenizerConfig config, Map<String, Integer> vocabulary) {
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        for (int id = 0; id < model.pieces().size(); id++) {
            SentencePieceModel.Piece piece = model.pieces().get(id);
            boolean control = piece.type() == SentencePieceModel.Piece.CONTROL;
            if ((control || piece.type() == SentencePieceModel.Piece.USER_DEFINED)
                    && !piece.text().isEmpty()) {
                tokens.put(piece.text(), new AddedToken(id, piece.text(), false, false, false, false, control));
            }
        }
        for (AddedToken token : config.addedTokens(vocabulary, TokenizerConfig.SENTENCE_PIECE)) {
            tokens.put(token.content(), token);
        }
        return List.copyOf(tokens.values());
    }
}
