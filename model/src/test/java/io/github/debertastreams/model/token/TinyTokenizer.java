package io.github.debertastreams.model.token;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The test vocabulary, as files and as objects. */
final class TinyTokenizer {

    static final Path DIRECTORY = Path.of("src", "test", "resources", "token", "tiny");
    static final Path FILES = Path.of("src", "test", "resources", "token", "tiny-files");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TinyTokenizer() {}

    static ObjectNode json() {
        try {
            return (ObjectNode)
                    MAPPER.readTree(DIRECTORY.resolve("tokenizer.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the test tokenizer after a change to its {@code tokenizer.json}, written into {@code directory}. */
    static Tokenizer changed(Path directory, Consumer<ObjectNode> change) {
        ObjectNode json = json();
        change.accept(json);
        try {
            MAPPER.writeValue(directory.resolve("tokenizer.json").toFile(), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Tokenizer.open(directory);
    }

    /** Copies the test tokenizer's separate files, with one of them replaced. */
    static void copyFiles(Path directory, String name, String content) throws IOException {
        for (String file : List.of("vocab.json", "merges.txt")) {
            Files.writeString(
                    directory.resolve(file), file.equals(name) ? content : Files.readString(FILES.resolve(file)));
        }
    }

    static BytePairModel model() {
        JsonSection section = new JsonSection("tiny", json()).section("model");
        var vocabulary = BytePairVocabulary.tokens(section.section("vocab"));
        MergeTable merges = new MergeTable(section.array("merges").size());
        section.array("merges").forEach(merge -> BytePairVocabulary.addMerge(merges, vocabulary, "tiny", merge));
        return new BytePairModel(vocabulary, merges, OptionalInt.empty(), false, false);
    }

    /** The definition of byte-pair encoding, word for word: for each merge in order, everywhere from left to right. */
    static int[] mergeNaively(byte[] word) {
        List<String> symbols = new ArrayList<>();
        for (byte value : word) {
            symbols.add(String.valueOf(ByteAlphabet.letter(value & 0xFF)));
        }
        for (var merge : json().get("model").get("merges")) {
            String[] pair = merge.textValue().split(" ");
            for (int at = 0; at + 1 < symbols.size(); at++) {
                if (symbols.get(at).equals(pair[0]) && symbols.get(at + 1).equals(pair[1])) {
                    symbols.set(at, pair[0] + pair[1]);
                    symbols.remove(at + 1);
                }
            }
        }
        var vocabulary = model().vocabulary();
        return symbols.stream().mapToInt(vocabulary::get).toArray();
    }
}
