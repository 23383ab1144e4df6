package io.github.debertastreams.kafka.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.cli.CommandException;
import io.github.debertastreams.schemas.TextEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The demo's events: messages of invented customers, read from JSON lines and repeated under new ids as often as needed. */
record SampleEvents(List<String> texts) {

    /** The folder of the demo's models and events, in the tree or the image that {@code deberta.home} names. */
    static Path home() {
        return Path.of(System.getProperty("deberta.home", ".")).resolve("model/demo");
    }

    static SampleEvents ofDemo() throws IOException {
        Path file = home().resolve("events.jsonl");
        if (!Files.isRegularFile(file)) {
            throw new CommandException(file + ": no such file; start with ./deberta in the source tree");
        }
        return read(file);
    }

    private static SampleEvents read(Path file) throws IOException {
        JsonMapper json = new JsonMapper();
        List<String> texts = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode event = json.readTree(line);
            texts.add(event.required("text").textValue());
        }
        return new SampleEvents(List.copyOf(texts));
    }

    TextEvent event(int index) {
        return TextEvent.newBuilder()
                .setId(String.format("event-%06d", index))
                .setText(texts.get(index % texts.size()))
                .build();
    }
}
