package io.github.debertastreams.rules;

import io.github.debertastreams.schemas.AvroBinary;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.TextEvent;
import io.github.debertastreams.schemas.UndecodableException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;

/**
 * From the bytes of a value to its text. Decoding is the hosts' own work and not a deserializer's, so that bytes which nobody can
 * read become an error of their record like any other. These hold schemas and so do not travel; {@link RuleInput#extractor} does.
 */
final class Decoders {

    private Decoders() {}

    /** Values that are the text itself, in UTF-8. */
    static TextExtractor<byte[]> string() {
        return bytes -> {
            try {
                return SourceText.of(StandardCharsets.UTF_8
                        .newDecoder() // reports malformed input, where new String would replace it
                        .decode(ByteBuffer.wrap(bytes))
                        .toString());
            } catch (CharacterCodingException e) {
                throw new UndecodableException("not UTF-8: " + bytes.length + " bytes", e);
            }
        };
    }

    /** JSON documents with the text at a JSON pointer. */
    static TextExtractor<byte[]> json(InputFields fields) {
        return new JsonFields(fields)::read;
    }

    /** {@link TextEvent}s in Avro's single-object encoding. */
    static TextExtractor<byte[]> textEvents() {
        PredictionCodec<TextEvent> codec = PredictionCodec.textEvents();
        TextExtractor<TextEvent> events = TextExtractor.textEvents();
        return bytes -> events.extract(codec.decode(bytes));
    }

    /** Records of a schema, bare or in single-object encoding, with the text at a path of field names. */
    static TextExtractor<byte[]> avro(Schema schema, InputFields fields) {
        AvroFields paths = new AvroFields(schema, fields);
        return bytes -> paths.read(
                AvroBinary.read(new GenericDatumReader<>(schema), schema, PredictionCodec.datumOf(schema, bytes)));
    }
}
