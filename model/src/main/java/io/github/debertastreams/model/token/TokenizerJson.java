package io.github.debertastreams.model.token;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.PostProcessor.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code tokenizer.json}. An element that is not supported is refused by name.
 *
 * <p>The sections {@code truncation} and {@code padding} are ignored on purpose: they record what the file's author last asked for,
 * while here {@link EncodeOptions} says it with each text.
 */
final class TokenizerJson {

    private TokenizerJson() {}

    static TokenizerDefinition read(JsonSection file) {
        TokenizerDefinition.Steps steps =
                new TokenizerDefinition.Steps(NormalizerJson.read(file), PreTokenizerJson.read(file));
        TokenizerDefinition.PostProcessorReader postProcessor =
                (vocabulary, added) -> postProcessor(file, vocabulary, added);
        JsonSection model = file.section("model");
        List<AddedToken> added = addedTokens(file);
        Decoder decoder = DecoderJson.read(file);
        // Files of before 2020 do not name the type of the model.
        String type = model.text("type", model.node().path("vocab").isArray() ? "Unigram" : "BPE");
        return switch (type) {
            case "BPE" ->
                TokenizerDefinition.bytePair(file.where(), bytePairModel(model), steps, added, postProcessor, decoder);
            case "Unigram" ->
                TokenizerDefinition.unigram(file.where(), unigramModel(model), steps, added, postProcessor, decoder);
            default -> throw unsupported(file, "model", type, "BPE or Unigram");
        };
    }

    private static UnigramModel unigramModel(JsonSection model) {
        JsonNode listed = model.array("vocab");
        List<String> pieces = new ArrayList<>(listed.size());
        double[] scores = new double[listed.size()];
        for (JsonNode entry : listed) {
            String where = model.where() + ": vocab[" + pieces.size() + "]";
            if (entry.size() != 2 || !entry.path(1).isNumber()) {
                throw ModelException.bundle(where + " is " + entry + ", expected a piece and its score");
            }
            scores[pieces.size()] = entry.get(1).doubleValue();
            pieces.add(JsonSection.requireText(where, entry.get(0)));
        }
        return UnigramModel.of(model.where(), pieces, scores, model.id("unk_id"), model.flag("byte_fallback", false));
    }

    private static BytePairModel bytePairModel(JsonSection model) {
        JsonNode dropout = model.node().path("dropout");
        refuse(model, "dropout", !dropout.isMissingNode() && !dropout.isNull() && dropout.asDouble(1) != 0);
        refuse(
                model,
                "continuing_subword_prefix",
                !model.text("continuing_subword_prefix", "").isEmpty());
        refuse(
                model,
                "end_of_word_suffix",
                !model.text("end_of_word_suffix", "").isEmpty());
        refuse(model, "byte_fallback", model.flag("byte_fallback", false));
        Map<String, Integer> vocabulary = BytePairVocabulary.tokens(model.section("vocab"));
        return new BytePairModel(
                vocabulary,
                merges(model, vocabulary),
                unknownId(model, vocabulary),
                model.flag("fuse_unk", false),
                model.flag("ignore_merges", false));
    }

    private static MergeTable merges(JsonSection model, Map<String, Integer> vocabulary) {
        JsonNode listed = model.array("merges");
        MergeTable merges = new MergeTable(listed.size());
        int index = 0;
        for (JsonNode merge : listed) {
            BytePairVocabulary.addMerge(merges, vocabulary, model.where() + ": merges[" + index++ + "]", merge);
        }
        return merges;
    }

    private static OptionalInt unknownId(JsonSection model, Map<String, Integer> vocabulary) {
        if (!model.has("unk_token")) {
            return OptionalInt.empty();
        }
        @Nullable Integer id = vocabulary.get(model.text("unk_token"));
        if (id == null) {
            throw ModelException.bundle(
                    model.where() + ": unk_token '" + model.text("unk_token") + "' is not in the vocabulary");
        }
        return OptionalInt.of(id);
    }

    private static List<AddedToken> addedTokens(JsonSection file) {
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        if (file.has("added_tokens")) {
            int index = 0;
            for (JsonNode entry : file.array("added_tokens")) {
                AddedToken token = addedToken(new JsonSection(file.where() + ": added_tokens[" + index++ + "]", entry));
                if (!token.content().isEmpty()) {
                    tokens.put(token.content(), token);
                }
            }
        }
        return List.copyOf(tokens.values());
    }

    private static AddedToken addedToken(JsonSection section) {
        boolean special = section.flag("special", false);
        return new AddedToken(
                section.id("id"),
                section.text("content"),
                section.flag("single_word", false),
                section.flag("lstrip", false),
                section.flag("rstrip", false),
                section.flag("normalized", !special),
                special);
    }

    private static PostProcessor postProcessor(JsonSection file, Vocabulary vocabulary, AddedTokens added) {
        if (!file.has("post_processor")) {
            return PostProcessor.none();
        }
        JsonSection section = file.section("post_processor");
        String type = section.text("type");
        return switch (type) {
            case "TemplateProcessing" ->
                PostProcessor.template(
                        template(section, vocabulary, "single", "A"), template(section, vocabulary, "pair", "A, B"));
            case "BertProcessing" ->
                PostProcessor.bert(tokenId(section, vocabulary, "cls"), tokenId(section, vocabulary, "sep"));
            case "RobertaProcessing" ->
                PostProcessor.roberta(
                        tokenId(section, vocabulary, "cls"),
                        tokenId(section, vocabulary, "sep"),
                        section.flag("trim_offsets", true)
                                ? new OffsetTrimmer(vocabulary, added, section.flag("add_prefix_space", true))
                                : null);
            default ->
                throw unsupported(
                        file, "post_processor", type, "TemplateProcessing, BertProcessing or RobertaProcessing");
        };
    }

    private static List<Piece> template(JsonSection section, Vocabulary vocabulary, String name, String texts) {
        List<Piece> pieces = new ArrayList<>();
        int index = 0;
        for (JsonNode entry : section.array(name)) {
            JsonSection piece = new JsonSection(section.where() + ": " + name + "[" + index++ + "]", entry);
            pieces.add(piece.has("Sequence") ? textPiece(piece) : specialPiece(section, vocabulary, piece));
        }
        String found = pieces.stream()
                .filter(piece -> !piece.isSpecial())
                .map(piece -> piece.sequence() == 0 ? "A" : "B")
                .sorted()
                .reduce((left, right) -> left + ", " + right)
                .orElse("no text");
        if (!found.equals(texts)) {
            throw ModelException.bundle(
                    section.where() + ": " + name + " is a template of " + found + ", expected " + texts);
        }
        return pieces;
    }

    private static Piece textPiece(JsonSection piece) {
        JsonSection sequence = piece.section("Sequence");
        String id = sequence.text("id");
        if (!id.equals("A") && !id.equals("B")) {
            throw ModelException.bundle(sequence.where() + ": id is '" + id + "', expected A or B");
        }
        return Piece.text(id.equals("A") ? 0 : 1, sequence.id("type_id"));
    }

    private static Piece specialPiece(JsonSection section, Vocabulary vocabulary, JsonSection piece) {
        JsonSection special = piece.section("SpecialToken");
        JsonSection token = section.section("special_tokens").section(special.text("id"));
        JsonNode listed = token.array("ids");
        int[] ids = new int[listed.size()];
        for (int at = 0; at < ids.length; at++) {
            ids[at] = knownId(token.where() + ": ids[" + at + "]", vocabulary, listed.get(at));
        }
        return Piece.special(special.id("type_id"), ids);
    }

    /** The id in a pair such as {@code ["[SEP]", 2]}. */
    private static int tokenId(JsonSection section, Vocabulary vocabulary, String name) {
        JsonNode pair = section.array(name);
        return knownId(section.where() + ": " + name, vocabulary, pair.get(1));
    }

    private static int knownId(String where, Vocabulary vocabulary, @Nullable JsonNode value) {
        int id = JsonSection.requireId(where, value);
        if (!vocabulary.contains(id)) {
            throw ModelException.bundle(where + " is " + id + ", which no token has");
        }
        return id;
    }

    private static void refuse(JsonSection section, String name, boolean refused) {
        if (refused) {
            JsonNode value = section.node().path(name);
            String shown = value.isObject() ? "of type " + value.path("type") : value.toString();
            throw ModelException.bundle(section.where() + ": " + name + " " + shown + " is not supported");
        }
    }

    private static ModelException unsupported(JsonSection file, String name, String type, String expected) {
        return ModelException.bundle(
                file.where() + ": " + name + " of type '" + type + "' is not supported, expected " + expected);
    }
}
