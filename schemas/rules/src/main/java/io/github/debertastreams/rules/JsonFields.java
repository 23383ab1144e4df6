package io.github.debertastreams.rules;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.UndecodableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The {@link InputFields} as JSON pointers (RFC 6901). */
final class JsonFields {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonPointer text;
    private final @Nullable JsonPointer textPair;
    private final @Nullable JsonPointer id;
    private final @Nullable JsonPointer candidates;

    /** @throws IllegalArgumentException for a path that is no JSON pointer */
    JsonFields(InputFields fields) {
        text = JsonPointer.compile(fields.text());
        textPair = pointer(fields.textPair());
        id = pointer(fields.id());
        candidates = pointer(fields.candidates());
    }

    SourceText read(byte[] bytes) {
        JsonNode document = parse(bytes);
        return new SourceText(
                id == null
                        ? null
                        : found(document, id, JsonNode::isValueNode, "a string or number")
                                .asText(),
                new TextInput(
                        textual(document, text),
                        textPair == null ? null : textual(document, textPair),
                        candidates == null ? List.of() : textuals(document, candidates)));
    }

    private static @Nullable JsonPointer pointer(@Nullable String path) {
        return path == null ? null : JsonPointer.compile(path);
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            JsonNode document = JSON.readTree(bytes);
            if (document.isMissingNode()) {
                throw new UndecodableException("not JSON: the value is empty");
            }
            return document;
        } catch (JsonProcessingException e) {
            throw new UndecodableException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UndecodableException("not JSON: " + e.getMessage(), e);
        }
    }

    private static String textual(JsonNode document, JsonPointer pointer) {
        return found(document, pointer, JsonNode::isTextual, "a string").textValue();
    }

    /** None where the document has nothing there. */
    private static List<String> textuals(JsonNode document, JsonPointer pointer) {
        JsonNode node = document.at(pointer);
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : found(document, pointer, JsonNode::isArray, "an array of strings")) {
            if (!element.isTextual()) {
                throw new NoTextException("'" + pointer + "' of the JSON document holds a " + element.getNodeType()
                        + ", expected an array of strings");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    private static JsonNode found(JsonNode document, JsonPointer pointer, Predicate<JsonNode> expected, String name) {
        JsonNode node = document.at(pointer);
        if (node.isMissingNode() || node.isNull()) {
            throw new NoTextException("nothing at '" + pointer + "' of the JSON document, expected " + name);
        }
        if (!expected.test(node)) {
            throw new NoTextException(
                    "'" + pointer + "' of the JSON document is of type " + node.getNodeType() + ", expected " + name);
        }
        return node;
    }
}
