package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads the normalizer of {@code tokenizer.json}. What is not supported is refused by name. */
final class NormalizerJson {

    private NormalizerJson() {}

    /** The steps of a section, a Sequence unfolded; none where the section is absent. */
    static List<Normalizer> read(JsonSection file) {
        List<Normalizer> steps = new ArrayList<>();
        file.optionalSection("normalizer").ifPresent(section -> add(section, steps));
        return steps;
    }

    private static void add(JsonSection section, List<Normalizer> steps) {
        String type = section.text("type");
        switch (type) {
            case "Sequence" -> section.sections("normalizers").forEach(step -> add(step, steps));
            case "Strip" ->
                steps.add(new StripNormalizer(section.flag("strip_left", true), section.flag("strip_right", true)));
            case "Lowercase" -> steps.add(new LowercaseNormalizer());
            case "NFC", "NFD", "NFKC", "NFKD" -> steps.add(new UnicodeNormalizer(UnicodeNormalizer.Form.valueOf(type)));
            case "Precompiled" -> steps.add(precompiled(section));
            case "Replace" ->
                steps.add(new ReplaceNormalizer(
                        PatternJson.read(section), section.text("content").getBytes(StandardCharsets.UTF_8)));
            default ->
                throw ModelException.bundle(
                        section.where() + " of type '" + type
                                + "' is not supported, expected Sequence, Strip, Lowercase, NFC, NFD, NFKC, NFKD, Precompiled or Replace");
        }
    }

    private static Normalizer precompiled(JsonSection section) {
        String encoded = section.text("precompiled_charsmap");
        String where = section.where() + ": precompiled_charsmap";
        try {
            return new PrecompiledNormalizer(
                    Charsmap.read(where, Base64.getDecoder().decode(encoded)));
        } catch (IllegalArgumentException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, where + " is not base64: " + e.getMessage(), e);
        }
    }
}
