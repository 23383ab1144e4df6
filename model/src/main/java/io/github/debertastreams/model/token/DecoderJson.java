package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.MetaspacePreTokenizer.PrependScheme;
import java.util.List;

/** Reads the decoder of {@code tokenizer.json}. What is not supported is refused by name. */
final class DecoderJson {

    private DecoderJson() {}

    static Decoder read(JsonSection file) {
        return file.optionalSection("decoder").map(DecoderJson::decoder).orElseGet(Decoder.Spaces::new);
    }

    private static Decoder decoder(JsonSection section) {
        String type = section.text("type");
        return switch (type) {
            case "Sequence" -> {
                List<Decoder> steps = section.sections("decoders").stream()
                        .map(DecoderJson::decoder)
                        .toList();
                yield new Decoder.Sequence(steps);
            }
            case "ByteLevel" -> new Decoder.ByteLevel();
            case "Metaspace" ->
                new Decoder.Metaspace(
                        PreTokenizerJson.metaspaceLetter(section),
                        PreTokenizerJson.prependScheme(section) != PrependScheme.NEVER);
            case "ByteFallback" -> new Decoder.ByteFallback();
            case "Fuse" -> new Decoder.Fuse();
            case "Replace" -> new Decoder.Replace(PatternJson.read(section), section.text("content"));
            case "Strip" -> strip(section);
            default ->
                throw ModelException.bundle(
                        section.where() + " of type '" + type + "' is not supported, expected Sequence,"
                                + " ByteLevel, Metaspace, ByteFallback, Fuse, Replace or Strip");
        };
    }

    private static Decoder strip(JsonSection section) {
        String letter = section.text("content");
        if (letter.codePointCount(0, letter.length()) != 1) {
            throw ModelException.bundle(section.where() + ": content is '" + letter + "', expected one character");
        }
        return new Decoder.Strip(letter.codePointAt(0), section.id("start"), section.id("stop"));
    }
}
