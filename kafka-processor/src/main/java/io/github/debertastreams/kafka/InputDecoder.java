package io.github.debertastreams.kafka;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.AvroBinary;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.TextEvent;
import io.github.debertastreams.schemas.UndecodableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * From the bytes of a record's value to its text. Decoding is part of the processor, not of a deserializer, so that bytes which
 * nobody can read become an error-typed prediction like any other failure of one record.
 */
final class InputDecoder {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private InputDecoder() {}

    /** Values that are the text itself, in UTF-8. */
    static <K> TextExtractor<K, byte[]> string() {
        return (key, bytes) -> {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder() // reports malformed input, where new String would replace it
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                return new SourceText(null, TextInput.of(text));
            } catch (CharacterCodingException e) {
                throw new UndecodableException("not UTF-8: " + bytes.length + " bytes", e);
            }
        };
    }

    /** JSON documents with the text at a JSON pointer. */
    static <K> TextExtractor<K, byte[]> json(InputFields fields) {
        JsonPointer text = JsonPointer.compile(fields.text());
        JsonPointer textPair = pointer(fields.textPair());
        JsonPointer id = pointer(fields.id());
        return (key, bytes) -> {
            JsonNode document = parse(bytes);
            return new SourceText(
                    id == null ? null : scalar(document, id),
                    new TextInput(textual(document, text), textPair == null ? null : textual(document, textPair)));
        };
    }

    /** {@link TextEvent}s in Avro's single-object encoding. */
    static <K> TextExtractor<K, byte[]> textEvents() {
        PredictionCodec<TextEvent> codec = PredictionCodec.textEvents();
        TextExtractor<K, TextEvent> events = DebertaProcessor.textEvents();
        return (key, bytes) -> events.extract(key, codec.decode(bytes));
    }

    /** Records of a schema, bare or in single-object encoding, with the text at a path of field names. */
    static <K> TextExtractor<K, byte[]> avro(Schema schema, InputFields fields) {
        AvroPath text = AvroPath.compile(schema, fields.text());
        AvroPath textPair = fields.textPair() == null ? null : AvroPath.compile(schema, fields.textPair());
        AvroPath id = fields.id() == null ? null : AvroPath.compile(schema, fields.id());
        return (key, bytes) -> {
            GenericRecord event =
                    AvroBinary.read(new GenericDatumReader<>(schema), schema, PredictionCodec.datumOf(schema, bytes));
            return new SourceText(
                    id == null ? null : id.read(event),
                    new TextInput(text.read(event), textPair == null ? null : textPair.read(event)));
        };
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

    private static String scalar(JsonNode document, JsonPointer pointer) {
        return found(document, pointer, JsonNode::isValueNode, "a string or number")
                .asText();
    }

    private static JsonNode found(
            JsonNode document, JsonPointer pointer, Function<JsonNode, Boolean> expected, String name) {
        JsonNode node = document.at(pointer);
        if (node.isMissingNode() || node.isNull()) {
            throw new NoTextException("nothing at '" + pointer + "' of the JSON document, expected " + name);
        }
        if (!expected.apply(node)) {
            throw new NoTextException(
                    "'" + pointer + "' of the JSON document is of type " + node.getNodeType() + ", expected " + name);
        }
        return node;
    }
}
