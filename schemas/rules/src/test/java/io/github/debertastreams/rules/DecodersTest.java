package io.github.debertastreams.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.UndecodableException;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class DecodersTest {

    private static final InputFields FIELDS = new InputFields("/a/text", "/a/pair", "/id", "/labels");

    @Test
    void jsonHasItsFieldsAtPointers() {
        TextExtractor<byte[]> json = Decoders.json(FIELDS);
        assertThat(json.extract("""
                {"a": {"text": "t", "pair": "p"}, "id": 7, "labels": ["x", "y"]}
                """.getBytes(UTF_8)))
                .isEqualTo(new SourceText("7", new TextInput("t", "p", List.of("x", "y"))));
        assertThat(json.extract("{\"a\": {\"text\": \"t\", \"pair\": \"p\"}, \"id\": \"i\"}".getBytes(UTF_8)))
                .isEqualTo(new SourceText("i", new TextInput("t", "p", List.of())));
        assertThatThrownBy(() -> json.extract(
                        "{\"a\": {\"text\": \"t\", \"pair\": \"p\"}, \"id\": 1, \"labels\": [1]}".getBytes(UTF_8)))
                .isInstanceOf(NoTextException.class)
                .hasMessageContaining("'/labels' of the JSON document holds a NUMBER");
    }

    @Test
    void avroHasItsFieldsAtPaths() {
        Schema schema = new Schema.Parser().parse("""
                {"type": "record", "name": "Order", "fields": [
                  {"name": "a", "type": {"type": "record", "name": "A", "fields": [
                    {"name": "text", "type": "string"}, {"name": "pair", "type": "string"}]}},
                  {"name": "id", "type": "long"},
                  {"name": "labels", "type": ["null", {"type": "array", "items": "string"}]}]}
                """);
        TextExtractor<byte[]> avro = Decoders.avro(schema, FIELDS);
        assertThat(avro.extract(new byte[] {2, 't', 2, 'p', 14, 2, 2, 2, 'x', 0}))
                .isEqualTo(new SourceText("7", new TextInput("t", "p", List.of("x"))));
        assertThat(avro.extract(new byte[] {2, 't', 2, 'p', 14, 0}))
                .isEqualTo(new SourceText("7", new TextInput("t", "p", List.of())));
        assertThatThrownBy(() -> avro.extract(new byte[] {2, 't'})).isInstanceOf(UndecodableException.class);
        assertThatThrownBy(() -> new AvroFields(schema, new InputFields("/id", null, null, null)))
                .hasMessage("field path '/id' meets [long], expected string");
        assertThatThrownBy(() -> new AvroFields(schema, new InputFields("/a/text", null, null, "/a/text")))
                .hasMessage("field path '/a/text' meets [string], expected array");
    }
}
