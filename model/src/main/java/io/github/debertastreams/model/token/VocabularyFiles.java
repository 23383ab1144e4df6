package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Reads {@code vocab.json} and {@code merges.txt} with the configuration beside them. Source: HF {@code DebertaConverter}, the
 * converter that made the published {@code tokenizer.json} files of DeBERTa v1 out of these.
 */
final class VocabularyFiles {

    private VocabularyFiles() {}

    static TokenizerDefinition read(Path vocabularyFile, Path mergesFile, TokenizerConfig config) {
        Map<String, Integer> tokens = BytePairVocabulary.tokens(JsonSection.read(vocabularyFile));
        BytePairModel model = new BytePairModel(tokens, merges(mergesFile, tokens), OptionalInt.empty(), false, false);
        ByteLevelOptions options = new ByteLevelOptions(config.addPrefixSpace(), true);
        return TokenizerDefinition.bytePair(
                vocabularyFile.toString(),
                model,
                new TokenizerDefinition.Steps(List.of(), List.of(new ByteLevelPreTokenizer(options))),
                config.addedTokens(tokens, TokenizerConfig.BYTE_LEVEL),
                bertProcessor(vocabularyFile, config),
                new Decoder.ByteLevel());
    }

    /** The template of all DeBERTa tokenizers, with the special tokens of the configuration. */
    static TokenizerDefinition.PostProcessorReader bertProcessor(Path file, TokenizerConfig config) {
        return (vocabulary, added) -> PostProcessor.bert(
                special(file, vocabulary, config.token("cls", "[CLS]")),
                special(file, vocabulary, config.token("sep", "[SEP]")));
    }

    private static int special(Path file, Vocabulary vocabulary, String token) {
        return vocabulary
                .id(token)
                .orElseThrow(() -> ModelException.bundle(file + " lacks the special token '" + token + "'"));
    }

    private static MergeTable merges(Path file, Map<String, Integer> vocabulary) {

        List<String> lines = readString(file).lines().toList();
        MergeTable merges = new MergeTable(lines.size());
        for (int line = 0; line < lines.size(); line++) {
            String merge = lines.get(line);
            boolean lastAndEmpty = merge.isEmpty() && line + 1 == lines.size();
            if (!merge.startsWith("#version") && !lastAndEmpty) {
                BytePairVocabulary.addMerge(merges, vocabulary, file + ": line " + (line + 1), merge);
            }
        }
        return merges;
    }

    private static String readString(Path file) {
        try {
            if (Files.size(file) > JsonSection.LARGEST_FILE) {
                throw ModelException.bundle(
                        file + " has " + Files.size(file) + " bytes, expected at most " + JsonSection.LARGEST_FILE);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, file + " cannot be read: " + e, e);
        }
    }
}
