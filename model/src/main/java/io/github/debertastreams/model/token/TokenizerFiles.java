package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the tokenizer of a model directory: {@code tokenizer.json}, or else {@code spm.model}, or else {@code vocab.json} with
 * {@code merges.txt}.
 */
final class TokenizerFiles {

    private TokenizerFiles() {}

    /** A tokenizer, and the file that it was read from. */
    record Found(Path file, TokenizerDefinition definition) {}

    static Found read(Path directory, TokenizerConfig config) {
        Path tokenizer = directory.resolve("tokenizer.json");
        if (Files.isRegularFile(tokenizer)) {
            return new Found(tokenizer, TokenizerJson.read(JsonSection.read(tokenizer)));
        }
        Path sentencePiece = directory.resolve("spm.model");
        if (Files.isRegularFile(sentencePiece)) {
            return new Found(sentencePiece, SentencePieceFiles.read(sentencePiece, config));
        }
        Path vocabulary = directory.resolve("vocab.json");
        Path merges = directory.resolve("merges.txt");
        if (Files.isRegularFile(vocabulary) && Files.isRegularFile(merges)) {
            return new Found(vocabulary, VocabularyFiles.read(vocabulary, merges, config));
        }
        String found = Files.isRegularFile(vocabulary)
                ? " (vocab.json is there, merges.txt is not)"
                : Files.isRegularFile(merges) ? " (merges.txt is there, vocab.json is not)" : "";
        throw ModelException.bundle("no tokenizer in " + directory + ": looked for tokenizer.json, for spm.model (with"
                + " added_tokens.json), and for vocab.json with merges.txt" + found);
    }
}
