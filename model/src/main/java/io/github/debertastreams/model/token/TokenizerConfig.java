package io.github.debertastreams.model.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.debertastreams.model.error.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json} say, each of them optional; the
 * first has the last word. Source: HF {@code PreTrainedTokenizerBase._from_pretrained}.
 */
final class TokenizerConfig {

    /** Saved by transformers as 10^30 where nobody set it; anything near is no length. */
    private static final int LONGEST_MODEL = 1 << 24;

    private static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    /**
     * How a tokenizer class reads the token of a role that a file gives as a mere string. Source: HF {@code DebertaTokenizer},
     * {@code DebertaV2Tokenizer}.
     *
     * @param maskStripsLeft whether the mask token swallows the white space before it
     * @param unknownIsNormalized whether the unknown token is searched in normalized text
     */
    record RoleDefaults(boolean maskStripsLeft, boolean unknownIsNormalized) {

        private AddedToken token(String role, String content) {
            boolean leftStrip = maskStripsLeft && role.equals("mask_token");
            boolean normalized = unknownIsNormalized && role.equals("unk_token");
            return new AddedToken(-1, content, false, leftStrip, false, normalized, true);
        }
    }

    static final RoleDefaults BYTE_LEVEL = new RoleDefaults(true, false);
    static final RoleDefaults SENTENCE_PIECE = new RoleDefaults(false, true);

    private final Optional<JsonSection> config;
    private final Optional<JsonSection> specialTokens;
    private final Optional<JsonSection> addedTokens;

    private TokenizerConfig(Path directory) {
        this.config = readIfThere(directory.resolve("tokenizer_config.json"));
        this.specialTokens = readIfThere(directory.resolve("special_tokens_map.json"));
        this.addedTokens = readIfThere(directory.resolve("added_tokens.json"));
    }

    static TokenizerConfig read(Path directory) {
        return new TokenizerConfig(directory);
    }

    private static Optional<JsonSection> readIfThere(Path file) {
        return Files.isRegularFile(file) ? Optional.of(JsonSection.read(file)) : Optional.empty();
    }

    /** The longest input of the model in tokens, if the configuration has a plausible one. */
    OptionalInt maxLength() {
        JsonNode value =
                config.map(section -> section.node().path("model_max_length")).orElseGet(MissingNode::getInstance);
        boolean plausible = value.isIntegralNumber()
                && value.canConvertToInt()
                && value.intValue() > 0
                && value.intValue() <= LONGEST_MODEL;
        return plausible ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
    }

    boolean addPrefixSpace() {
        return flag("add_prefix_space");
    }

    /** A flag of {@code tokenizer_config.json}, false where it is not there. */
    boolean flag(String name) {
        return config.map(section -> section.flag(name, false)).orElse(false);
    }

    /** The side that {@code truncation_side} or {@code padding_side} says, right where it is not there. */
    Side side(String name) {
        String value = config.map(section -> section.text(name, "right")).orElse("right");
        return switch (value) {
            case "left" -> Side.LEFT;
            case "right" -> Side.RIGHT;
            default ->
                throw ModelException.bundle(config.map(JsonSection::where).orElse("") + ": " + name + " is '" + value
                        + "', expected left or right");
        };
    }

    /** {@code vocab_type}, "spm" where it is not there. */
    String vocabularyType() {
        return config.map(section -> section.text("vocab_type", "spm")).orElse("spm");
    }

    /** The token of a role such as "pad"; where no file says, DeBERTa's own, such as "[PAD]". */
    String token(String role, String otherwise) {
        return roleToken(role + "_token", BYTE_LEVEL).map(AddedToken::content).orElse(otherwise);
    }

    private Optional<AddedToken> roleToken(String name, RoleDefaults defaults) {
        for (Optional<JsonSection> file : List.of(config, specialTokens)) {
            if (file.isPresent() && file.get().has(name)) {
                return Optional.of(specialToken(file.get(), name, defaults));
            }
        }
        return Optional.empty();
    }

    private static AddedToken specialToken(JsonSection file, String name, RoleDefaults defaults) {
        return file.node().path(name).isTextual()
                ? defaults.token(name, file.text(name))
                : token(file.section(name), true);
    }

    private static AddedToken token(JsonSection section, boolean special) {
        boolean isSpecial = section.flag("special", special);
        return new AddedToken(
                -1,
                section.text("content"),
                section.flag("single_word", false),
                section.flag("lstrip", false),
                section.flag("rstrip", false),
                section.flag("normalized", !isSpecial),
                isSpecial);
    }

    /**
     * The added tokens for a vocabulary without a {@code tokenizer.json}: first those listed with ids, then the tokens of the roles.
     * A token that neither a list nor the vocabulary gives an id gets the next free one.
     */
    List<AddedToken> addedTokens(Map<String, Integer> vocabulary, RoleDefaults defaults) {
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        config.flatMap(section -> section.optionalSection("added_tokens_decoder"))
                .ifPresent(section -> section.node().properties().forEach(entry -> {
                    AddedToken token = token(section.section(entry.getKey()), false);
                    tokens.put(token.content(), token.withId(decimal(section, entry.getKey())));
                }));
        addedTokens.ifPresent(section -> section.node().properties().forEach(entry -> {
            int id = section.id(entry.getKey());
            tokens.putIfAbsent(entry.getKey(), new AddedToken(id, entry.getKey(), false, false, false, true, false));
        }));
        Map<String, AddedToken> specials = specialTokens(defaults);
        specials.forEach((content, token) -> {
            @Nullable AddedToken listed = tokens.get(content);
            if (listed == null) {
                tokens.put(content, token);
            } else if (!listed.special()) {
                tokens.put(content, token.withId(listed.id()));
            }
        });
        tokens.remove("");
        return withIds(tokens, vocabulary);
    }

    private Map<String, AddedToken> specialTokens(RoleDefaults defaults) {
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        for (String role : ROLES) {
            String usual = switch (role) {
                case "bos_token", "cls_token" -> "[CLS]";
                case "eos_token", "sep_token" -> "[SEP]";
                case "unk_token" -> "[UNK]";
                case "pad_token" -> "[PAD]";
                default -> "[MASK]";
            };
            AddedToken token = roleToken(role, defaults).orElseGet(() -> defaults.token(role, usual));
            tokens.putIfAbsent(token.content(), token);
        }
        for (Optional<JsonSection> file : List.of(config, specialTokens)) {
            file.filter(section -> section.has("additional_special_tokens")).ifPresent(section -> {
                for (JsonNode entry : section.array("additional_special_tokens")) {
                    AddedToken token = entry.isTextual()
                            ? defaults.token("additional_special_token", entry.textValue())
                            : token(new JsonSection(section.where() + ": additional_special_tokens", entry), true);
                    tokens.putIfAbsent(token.content(), token);
                }
            });
        }
        return tokens;
    }

    private static List<AddedToken> withIds(Map<String, AddedToken> tokens, Map<String, Integer> vocabulary) {
        int next = 0;
        for (int id : vocabulary.values()) {
            next = Math.max(next, id + 1);
        }
        for (AddedToken token : tokens.values()) {
            next = Math.max(next, token.id() + 1);
        }
        List<AddedToken> complete = new ArrayList<>();
        for (AddedToken token : tokens.values()) {
            int id = token.id();
            if (id < 0) {
                @Nullable Integer known = vocabulary.get(token.content());
                id = known == null ? next++ : known;
            }
            complete.add(token.withId(id));
        }
        return complete;
    }

    private static int decimal(JsonSection section, String key) {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, section.where() + ": '" + key + "' is not an id", e);
        }
    }
}
