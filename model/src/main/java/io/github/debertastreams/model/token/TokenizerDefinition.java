package io.github.debertastreams.model.token;

import java.util.List;

/** A tokenizer as its files describe it, whichever they are: every reader makes one. */
record TokenizerDefinition(
        Vocabulary vocabulary, AddedTokens addedTokens, SubwordModel model, PostProcessor postProcessor) {

    /** Byte-level byte-pair encoding: what both sources of DeBERTa v1 describe. */
    static TokenizerDefinition byteLevel(
            String where,
            BytePairModel model,
            ByteLevelOptions options,
            List<AddedToken> added,
            PostProcessorReader postProcessor) {
        Vocabulary vocabulary = Vocabulary.of(where, model.vocabulary(), added);
        AddedTokens addedTokens = new AddedTokens(added);
        return new TokenizerDefinition(
                vocabulary,
                addedTokens,
                new ByteLevelModel(model, options),
                postProcessor.read(vocabulary, addedTokens));
    }

    /** Makes the post-processor once the vocabulary is known and checked. */
    interface PostProcessorReader {
        PostProcessor read(Vocabulary vocabulary, AddedTokens addedTokens);
    }
}
