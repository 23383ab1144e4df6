package io.github.debertastreams.model.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An object of a JSON file and where it stands, so that every complaint can name the place. */
record JsonSection(String where, JsonNode node) {

    /** The published vocabularies of 250,000 tokens stay well below. */
    static final long LARGEST_FILE = 64L << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(LARGEST_FILE)
                            .maxNestingDepth(64)
                            .maxStringLength(8 << 20)
                            .maxNumberLength(64)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    JsonSection {
        if (!node.isObject()) {
            throw ModelException.bundle(where + " is not a JSON object");
        }
    }

    /** The object in a file, at most {@link #LARGEST_FILE} bytes. */
    static JsonSection read(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw ModelException.bundle(
                        file + " has " + Files.size(file) + " bytes, expected at most " + LARGEST_FILE);
            }
            return new JsonSection(file.toString(), MAPPER.readTree(file.toFile()));
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, file + " cannot be read as JSON: " + firstLine(e), e);
        }
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    JsonSection section(String name) {
        return new JsonSection(where + ": " + name, required(name));
    }

    Optional<JsonSection> optionalSection(String name) {
        return has(name) ? Optional.of(section(name)) : Optional.empty();
    }

    JsonNode array(String name) {
        JsonNode value = required(name);
        if (!value.isArray()) {
            throw ModelException.bundle(where + ": " + name + " is not an array");
        }
        return value;
    }

    /** The objects of an array. */
    List<JsonSection> sections(String name) {
        List<JsonSection> sections = new ArrayList<>();
        for (JsonNode element : array(name)) {
            sections.add(new JsonSection(where + ": " + name + "[" + sections.size() + "]", element));
        }
        return sections;
    }

    String text(String name) {
        return requireText(where + ": " + name, required(name));
    }

    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    boolean flag(String name, boolean otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = required(name);
        if (!value.isBoolean()) {
            throw ModelException.bundle(where + ": " + name + " is " + value + ", expected true or false");
        }
        return value.booleanValue();
    }

    int id(String name) {
        return requireId(where + ": " + name, required(name));
    }

    private JsonNode required(String name) {
        @Nullable JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            throw ModelException.bundle(where + " has no '" + name + "'");
        }
        return value;
    }

    static String requireText(String where, @Nullable JsonNode value) {
        if (value == null || !value.isTextual()) {
            throw ModelException.bundle(where + " is not a string");
        }
        return value.textValue();
    }

    static int requireId(String where, @Nullable JsonNode value) {
        if (value == null || !value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
            throw ModelException.bundle(where + " is " + value + ", expected an id: a whole number from 0");
        }
        return value.intValue();
    }
}
