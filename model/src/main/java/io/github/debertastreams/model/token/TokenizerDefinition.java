package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tokenizer as its files describe it, whichever they are: every reader makes one.
 *
 * @param bytePair the byte-pair vocabulary, if that is the model
 */
record TokenizerDefinition(
        Vocabulary vocabulary,
        AddedTokens addedTokens,
        SubwordModel model,
        PostProcessor postProcessor,
        Decoder decoder,
        Optional<BytePairModel> bytePair) {

    /** What cuts a text, as a file lists it. */
    record Steps(List<Normalizer> normalizers, List<PreTokenizer> preTokenizers) {}

    /** Makes the post-processor once the vocabulary is known and checked. */
    interface PostProcessorReader {
        PostProcessor read(Vocabulary vocabulary, AddedTokens addedTokens);
    }

    /**
     * Byte-pair encoding, which works on bytes here: the last pre-tokenizer must be the byte-level one.
     *
     * @param where names the file in messages
     */
    static TokenizerDefinition bytePair(
            String where,
            BytePairModel model,
            Steps steps,
            List<AddedToken> added,
            PostProcessorReader postProcessor,
            Decoder decoder) {
        List<PreTokenizer> preTokenizers = steps.preTokenizers();
        int last = preTokenizers.size() - 1;
        for (int step = 0; step <= last; step++) {
            if (preTokenizers.get(step) instanceof ByteLevelPreTokenizer != (step == last)) {
                throw ModelException.bundle(
                        where + ": a BPE model needs the pre_tokenizer ByteLevel as the last one, and only there");
            }
        }
        if (last < 0) {
            throw ModelException.bundle(where + " has no 'pre_tokenizer': a BPE model needs ByteLevel");
        }
        Vocabulary vocabulary = Vocabulary.of(where, model.vocabulary(), added);
        BytePairEncoder encoder = new BytePairEncoder(model);
        WordModel words = (bytes, from, to, scratch) -> {
            encoder.encode(bytes, from, to, scratch.symbols);
            return encoder.tiles();
        };
        if (steps.normalizers().isEmpty()
                && last == 0
                && preTokenizers.get(0) instanceof ByteLevelPreTokenizer byteLevel) {
            AddedTokens addedTokens = AddedTokens.all(added);
            return new TokenizerDefinition(
                    vocabulary,
                    addedTokens,
                    new ByteLevelModel(words, byteLevel.options()),
                    postProcessor.read(vocabulary, addedTokens),
                    decoder,
                    Optional.of(model));
        }
        return pipeline(where, vocabulary, words, steps, added, postProcessor, decoder, Optional.of(model));
    }

    /**
     * A unigram model.
     *
     * @param where names the file in messages
     */
    static TokenizerDefinition unigram(
            String where,
            UnigramModel model,
            Steps steps,
            List<AddedToken> added,
            PostProcessorReader postProcessor,
            Decoder decoder) {
        if (steps.preTokenizers().stream().anyMatch(ByteLevelPreTokenizer.class::isInstance)) {
            throw ModelException.bundle(where + ": pre_tokenizer ByteLevel with a Unigram model is not supported");
        }
        Map<String, Integer> ids = model.vocabulary(where);
        Vocabulary vocabulary = Vocabulary.of(where, ids, added);
        UnigramSegmenter segmenter = new UnigramSegmenter(model);
        WordModel words =
                (bytes, from, to, scratch) -> segmenter.segment(bytes, from, to, scratch.paths, scratch.symbols);
        return pipeline(where, vocabulary, words, steps, added, postProcessor, decoder, Optional.empty());
    }

    private static TokenizerDefinition pipeline(
            String where,
            Vocabulary vocabulary,
            WordModel words,
            Steps steps,
            List<AddedToken> added,
            PostProcessorReader postProcessor,
            Decoder decoder,
            Optional<BytePairModel> bytePair) {
        AddedTokens addedTokens = AddedTokens.raw(added);
        return new TokenizerDefinition(
                vocabulary,
                addedTokens,
                new PipelineModel(where, steps, added, words),
                postProcessor.read(vocabulary, addedTokens),
                decoder,
                bytePair);
    }
}
