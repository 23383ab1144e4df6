package io.github.debertastreams.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Predictions as JSON, with the field names of their Avro schema: an array stands for a list, a string for an enum symbol, and times
 * are ISO 8601. {@code result} says its type in {@code type}, such as {@code ClassificationResult}, which Avro's own JSON encoding
 * would make a level of its own.
 */
public final class PredictionJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private PredictionJson() {}

    /** One object in UTF-8, without a line end. */
    public static byte[] encode(Prediction prediction) {
        try {
            ObjectNode object = object(prediction);
            ((ObjectNode) object.get("result"))
                    .put(
                            "type",
                            ((IndexedRecord) prediction.getResult()).getSchema().getName());
            return JSON.writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes was not written", e);
        }
    }

    private static ObjectNode object(IndexedRecord record) {
        ObjectNode object = NODES.objectNode();
        for (Schema.Field field : record.getSchema().getFields()) {
            object.set(field.name(), node(record.get(field.pos())));
        }
        return object;
    }

    private static JsonNode node(@Nullable Object value) {
        if (value == null) {
            return NODES.nullNode();
        }
        if (value instanceof IndexedRecord record) {
            return object(record);
        }
        if (value instanceof List<?> values) {
            ArrayNode array = NODES.arrayNode(values.size());
            values.forEach(element -> array.add(node(element)));
            return array;
        }
        if (value instanceof Integer number) {
            return NODES.numberNode(number);
        }
        if (value instanceof Long number) {
            return NODES.numberNode(number);
        }
        if (value instanceof Float number) {
            return NODES.numberNode(number);
        }
        if (value instanceof Double number) {
            return NODES.numberNode(number);
        }
        if (value instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        }
        return NODES.textNode(value.toString());
    }
}
