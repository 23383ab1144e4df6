package io.github.debertastreams.model.token;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.debertastreams.model.error.ModelException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the vocabulary of a tokenizer so that it loads again, here and in HF's library: {@code vocab.json} with {@code merges.txt} for
 * byte-pair encoding, for anything else a copy of the file it was read from.
 *
 * <p>Source: HF {@code BPE::save}, {@code DebertaV2Tokenizer.save_vocabulary}.
 *
 * @param source the file that the tokenizer was read from
 */
record VocabularySaver(Path source, Optional<BytePairModel> bytePair) {

    /** Writes into a directory that exists, and names the files written; a prefix other than "" comes before their names. */
    List<Path> save(Path directory, String prefix) {
        if (!Files.isDirectory(directory)) {
            throw ModelException.invalidInput(
                    directory + " is not a directory: expected one to save the vocabulary in");
        }
        String start = prefix.isEmpty() ? "" : prefix + "-";
        try {
            if (bytePair.isEmpty()) {
                return List.of(copy(directory.resolve(start + source.getFileName())));
            }
            Path vocabulary = directory.resolve(start + "vocab.json");
            Path merges = directory.resolve(start + "merges.txt");
            writeVocabulary(bytePair.get(), vocabulary);
            writeMerges(bytePair.get(), merges);
            return List.of(vocabulary, merges);
        } catch (IOException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE, "the vocabulary of " + source + " cannot be saved: " + e, e);
        }
    }

    private Path copy(Path target) throws IOException {
        if (!Files.exists(target) || !Files.isSameFile(source, target)) {
            Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return target;
    }

    private static void writeVocabulary(BytePairModel model, Path file) throws IOException {
        List<Map.Entry<String, Integer>> tokens =
                new ArrayList<>(model.vocabulary().entrySet());
        tokens.sort(Map.Entry.comparingByValue(Comparator.naturalOrder()));
        try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            json.writeStartObject();
            for (Map.Entry<String, Integer> token : tokens) {
                json.writeNumberField(token.getKey(), token.getValue());
            }
            json.writeEndObject();
        }
    }

    private static void writeMerges(BytePairModel model, Path file) throws IOException {
        Map<Integer, String> tokens = new HashMap<>();
        model.vocabulary().forEach((token, id) -> tokens.put(id, token));
        try (BufferedWriter lines = Files.newBufferedWriter(file)) {
            lines.write("#version: 0.2\n");
            for (MergeTable.Pair pair : model.merges().byRank()) {
                lines.write(part(tokens, pair.left()) + " " + part(tokens, pair.right()) + "\n");
            }
        }
    }

    private static String part(Map<Integer, String> tokens, int id) {
        String token = String.valueOf(tokens.get(id));
        if (token.chars().anyMatch(letter -> letter == ' ' || letter == '\n')) {
            throw ModelException.bundle("the vocabulary cannot be saved: merges.txt has no way to spell the token '"
                    + token + "', which holds white space");
        }
        return token;
    }
}
