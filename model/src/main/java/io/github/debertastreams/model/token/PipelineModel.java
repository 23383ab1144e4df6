package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What lies between raw text and tokens: normalizers, the added tokens that are searched in normalized text, pre-tokenizers, and a model
 * for each word.
 *
 * <p>Source: HF {@code AddedVocabulary::extract_and_normalize}, {@code TokenizerImpl::do_pre_tokenize} and {@code do_tokenize}.
 */
final class PipelineModel implements SubwordModel {

    /** What one thread needs to work. */
    private final class Scratch {
        final PlainWords.Scratch plain = new PlainWords.Scratch();
        final NormalizedText text = new NormalizedText();
        /** More than of byte-level words, from which punctuation is cut: here "word", "word," and "word." are three. */
        final CachedWords words = new CachedWords(model, 16);
    }

    private final List<Normalizer> normalizers;
    private final List<PreTokenizer> preTokenizers;
    private final NormalizedTokens addedTokens;
    private final WordModel model;
    private final boolean needsAlignments;
    private final @Nullable PlainWords plainWords;
    private final Pool<Scratch> scratches = new Pool<>(Scratch::new);

    /**
     * Takes the steps of a file, which {@code where} names in messages.
     *
     * @param addedTokens all added tokens; those with the flag {@code normalized} are searched here
     */
    PipelineModel(String where, TokenizerDefinition.Steps steps, List<AddedToken> addedTokens, WordModel model) {
        this.normalizers = List.copyOf(steps.normalizers());
        this.preTokenizers = List.copyOf(steps.preTokenizers());
        this.addedTokens = new NormalizedTokens(addedTokens.stream()
                .filter(AddedToken::normalized)
                .map(token -> normalized(where, token))
                .toList());
        this.model = model;
        this.needsAlignments = preTokenizers.stream().anyMatch(PreTokenizer::needsAlignments);
        this.plainWords = PlainWords.of(normalizers, preTokenizers, this.addedTokens, model);
    }

    private AddedToken normalized(String where, AddedToken token) {
        NormalizedText content = new NormalizedText();
        content.reset(
                Utf8.replaceLoneSurrogates(token.content()), 0, token.content().length(), false);
        normalizers.forEach(normalizer -> normalizer.normalize(content));
        if (content.from == content.to) {
            throw ModelException.bundle(where + ": nothing is left of the added token '" + token.content()
                    + "' by the normalizer, in whose text it is to be searched");
        }
        return token.withContent(content.string(content.from, content.to));
    }

    @Override
    public boolean tokenize(String text, int from, int to, boolean ascii, TokenBuffer tokens) {
        Scratch scratch = scratches.take();
        boolean plain = ascii && plainWords != null && plainWords.tokenize(text, from, to, scratch.plain, tokens);
        if (!plain) {
            read(text, from, to, needsAlignments, scratch.text);
            for (int piece = 0; piece < scratch.text.pieces(); piece++) {
                addPiece(scratch, piece, tokens);
            }
        }
        giveBack(scratch);
        return plain;
    }

    @Override
    public void align(String text, int from, int to, int firstToken, int endToken, Alignment alignment) {
        Scratch scratch = scratches.take();
        NormalizedText normalized = scratch.text;
        read(text, from, to, true, normalized);
        if (alignment.withWords()) {
            int token = firstToken;
            for (int piece = 0; piece < normalized.pieces(); piece++) {
                token = alignment.endWord(token, endToken, normalized.pieceTo(piece));
            }
        }
        for (int token = firstToken; token < endToken; token++) {
            alignment.setSpan(
                    token, normalized.start(alignment.start(token)), normalized.end(alignment.end(token) - 1));
        }
        giveBack(scratch);
    }

    @Override
    public void numberWords(String text, int from, int to, int firstToken, int endToken, Alignment alignment) {
        Objects.requireNonNull(plainWords).numberWords(text, from, to, firstToken, endToken, alignment);
    }

    /** Leaves the segment, normalized and cut into words, in {@code normalized}. */
    private void read(String text, int from, int to, boolean aligned, NormalizedText normalized) {
        normalized.reset(text, from, to, aligned);
        for (Normalizer normalizer : normalizers) {
            normalizer.normalize(normalized);
        }
        addedTokens.split(normalized);
        for (PreTokenizer preTokenizer : preTokenizers) {
            preTokenizer.split(normalized);
        }
    }

    private void giveBack(Scratch scratch) {
        scratch.plain.shrink();
        scratch.text.shrink();
        scratch.words.shrink();
        scratches.giveBack(scratch);
    }

    private void addPiece(Scratch scratch, int piece, TokenBuffer tokens) {
        NormalizedText text = scratch.text;
        int from = text.pieceFrom(piece);
        int to = text.pieceTo(piece);
        if (text.pieceToken(piece) != NormalizedText.NO_TOKEN) {
            tokens.add(text.pieceToken(piece), from, to);
            return;
        }
        scratch.words.add(text.bytes, from, to, 0, tokens);
    }
}
