package io.github.debertastreams.model.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The demo's texts: messages of invented customers, for the commands of both hosts. */
public final class DemoTexts {

    private DemoTexts() {}

    /** The folder of the demo's models and events, in the tree or the image that {@code deberta.home} names. */
    public static Path home() {
        return Path.of(System.getProperty("deberta.home", ".")).resolve("model/demo");
    }

    /** All of them. */
    public static List<String> read() throws IOException {
        Path file = home().resolve("events.jsonl");
        if (!Files.isRegularFile(file)) {
            throw new CommandException(file + ": no such file; start with ./deberta in the source tree");
        }
        JsonMapper json = new JsonMapper();
        List<String> texts = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode event = json.readTree(line);
            texts.add(event.required("text").textValue());
        }
        return List.copyOf(texts);
    }

    /** So many, repeated under new numbers as often as needed: equal texts of a batch are read once. */
    public static List<String> numbered(int count) throws IOException {
        List<String> read = read();
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(read.get(i % read.size()) + " " + i);
        }
        return texts;
    }
}
