package io.github.debertastreams.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.debertastreams.model.cli.CommandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The texts that are measured on. */
record Corpus(List<String> texts) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A file of lines; those of a {@code .jsonl} file are JSON strings. */
    static Corpus read(Path file) {
        List<String> texts = new ArrayList<>();
        try {
            boolean json = file.toString().endsWith(".jsonl");
            for (String line : Files.readAllLines(file)) {
                if (!line.isEmpty()) {
                    texts.add(json ? MAPPER.readValue(line, String.class) : line);
                }
            }
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    file + ": line " + (texts.size() + 1) + " is no JSON string: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new CommandException(file + " cannot be read: " + e);
        }
        if (texts.isEmpty()) {
            throw new CommandException(file + " has no texts");
        }
        return new Corpus(texts);
    }

    /** The same words in texts of so many. */
    Corpus inTextsOf(int words) {
        List<String> shorter = new ArrayList<>();
        String[] all = String.join(" ", texts).trim().split("\\s+");
        for (int from = 0; from < all.length; from += words) {
            shorter.add(String.join(" ", Arrays.asList(all).subList(from, Math.min(from + words, all.length))));
        }
        return new Corpus(shorter);
    }

    /** UTF-8. */
    long bytes() {
        return texts.stream()
                .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }
}
