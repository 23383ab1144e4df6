package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.MetaspacePreTokenizer.PrependScheme;
import io.github.debertastreams.model.token.SplitPreTokenizer.Behavior;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the pre-tokenizer of {@code tokenizer.json}. What is not supported is refused by name. */
final class PreTokenizerJson {

    private PreTokenizerJson() {}

    /** The steps of the section, a Sequence unfolded; none where it is absent. */
    static List<PreTokenizer> read(JsonSection file) {
        List<PreTokenizer> steps = new ArrayList<>();
        file.optionalSection("pre_tokenizer").ifPresent(section -> add(section, steps));
        return steps;
    }

    private static void add(JsonSection section, List<PreTokenizer> steps) {
        String type = section.text("type");
        switch (type) {
            case "Sequence" -> section.sections("pretokenizers").forEach(step -> add(step, steps));
            case "ByteLevel" ->
                steps.add(new ByteLevelPreTokenizer(
                        new ByteLevelOptions(section.flag("add_prefix_space", true), section.flag("use_regex", true))));
            case "Metaspace" ->
                steps.add(new MetaspacePreTokenizer(
                        metaspaceLetter(section), prependScheme(section), section.flag("split", true)));
            case "Punctuation" ->
                steps.add(new SplitPreTokenizer(
                        TextPattern.one(Punctuation::contains), behavior(section, Behavior.ISOLATED), false));
            case "WhitespaceSplit" ->
                steps.add(new SplitPreTokenizer(TextPattern.one(CodePointClasses::isSpace), Behavior.REMOVED, false));
            case "Split" ->
                steps.add(new SplitPreTokenizer(
                        PatternJson.read(section), behavior(section, null), section.flag("invert", false)));
            default ->
                throw ModelException.bundle(
                        section.where() + " of type '" + type + "' is not supported, expected Sequence,"
                                + " ByteLevel, Metaspace, Punctuation, WhitespaceSplit or Split");
        }
    }

    /** The one letter that a Metaspace writes. */
    static int metaspaceLetter(JsonSection section) {
        String letter = section.text("replacement");
        if (letter.codePointCount(0, letter.length()) != 1) {
            throw ModelException.bundle(section.where() + ": replacement is '" + letter + "', expected one character");
        }
        return letter.codePointAt(0);
    }

    /** {@code prepend_scheme}, or what files of before 2024 have in its place: {@code add_prefix_space}. */
    static PrependScheme prependScheme(JsonSection section) {
        String found = section.text("prepend_scheme", PrependScheme.ALWAYS.key());
        PrependScheme scheme = Arrays.stream(PrependScheme.values())
                .filter(value -> value.key().equals(found))
                .findFirst()
                .orElseThrow(() -> ModelException.bundle(
                        section.where() + ": prepend_scheme is '" + found + "', expected always, first or never"));
        if (section.flag("add_prefix_space", true)) {
            return scheme;
        }
        if (section.has("prepend_scheme") && scheme != PrependScheme.NEVER) {
            throw ModelException.bundle(
                    section.where() + ": add_prefix_space is false, prepend_scheme is '" + found + "': expected never");
        }
        return PrependScheme.NEVER;
    }

    private static Behavior behavior(JsonSection section, @Nullable Behavior otherwise) {
        if (otherwise != null && !section.has("behavior")) {
            return otherwise;
        }
        String found = section.text("behavior");
        return Arrays.stream(Behavior.values())
                .filter(value ->
                        found.toUpperCase(Locale.ROOT).equals(value.name().replace("_", "")))
                .findFirst()
                .orElseThrow(() -> ModelException.bundle(section.where() + ": behavior is '" + found
                        + "', expected Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous"));
    }
}
