package io.github.debertastreams.model.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** UAX #15's own figures, and the alignments of HF's library; every code point is compared with that in the benchmarks' tests. */
final class UnicodeNormalizerTest {

    private static NormalizedText normalized(UnicodeNormalizer.Form form, String text) {
        NormalizedText normalized = new NormalizedText();
        normalized.reset(text, 0, text.length(), true);
        new UnicodeNormalizer(form).normalize(normalized);
        return normalized;
    }

    private static String string(NormalizedText text) {
        return text.string(text.from, text.to);
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abc, abc, abc, abc",
        "\u212B, \u00C5, A\u030A, \u00C5, A\u030A",
        "\u2126, \u03A9, \u03A9, \u03A9, \u03A9",
        "\u1E69, \u1E69, s\u0323\u0307, \u1E69, s\u0323\u0307",
        "\u1E0B\u0323, \u1E0D\u0307, d\u0323\u0307, \u1E0D\u0307, d\u0323\u0307",
        "q\u0307\u0323, q\u0323\u0307, q\u0323\u0307, q\u0323\u0307, q\u0323\u0307",
        "\uFB01, \uFB01, \uFB01, fi, fi",
        "2\u2075, 2\u2075, 2\u2075, 25, 25",
        "\u1E9B\u0323, \u1E9B\u0323, \u017F\u0323\u0307, \u1E69, s\u0323\u0307",
        "\uD55C, \uD55C, \u1112\u1161\u11AB, \uD55C, \u1112\u1161\u11AB",
        "\u1112\u1161\u11AB, \uD55C, \u1112\u1161\u11AB, \uD55C, \u1112\u1161\u11AB",
        "\u0958, \u0915\u093C, \u0915\u093C, \u0915\u093C, \u0915\u093C",
        "\u0301e, \u0301e, \u0301e, \u0301e, \u0301e",
        // of Unicode 12: HF's library does not know it
        "\u32FF, \u32FF, \u32FF, \u32FF, \u32FF"
    })
    void normalizes(String text, String nfc, String nfd, String nfkc, String nfkd) {
        assertThat(string(normalized(UnicodeNormalizer.Form.NFC, text))).isEqualTo(nfc);
        assertThat(string(normalized(UnicodeNormalizer.Form.NFD, text))).isEqualTo(nfd);
        assertThat(string(normalized(UnicodeNormalizer.Form.NFKC, text))).isEqualTo(nfkc);
        assertThat(string(normalized(UnicodeNormalizer.Form.NFKD, text))).isEqualTo(nfkd);
        assertThat(string(normalized(UnicodeNormalizer.Form.NFC, "x " + text + " y")))
                .isEqualTo("x " + nfc + " y");
    }

    @Test
    void remembersWhereEachCharacterCameFrom() {
        NormalizedText composed = normalized(UnicodeNormalizer.Form.NFC, "xe\u0301y");
        assertThat(spans(composed)).containsExactly("x:0-1", "\u00E9:1-2", "y:3-4");
        NormalizedText decomposed = normalized(UnicodeNormalizer.Form.NFKD, "x\uFB01y");
        assertThat(spans(decomposed)).containsExactly("x:0-1", "f:1-2", "i:1-2", "y:2-3");
    }

    private static List<String> spans(NormalizedText text) {
        List<String> spans = new ArrayList<>();
        for (int at = text.from; at < text.to; at += Utf8.length(text.bytes[at])) {
            spans.add(text.string(at, at + Utf8.length(text.bytes[at])) + ":" + text.start(at) + "-" + text.end(at));
        }
        return spans;
    }

    @Test
    void sortsALongRunOfMarks() {
        String marks = "\u0345\u0323\u0334".repeat(20_000);
        String sorted = "\u0334".repeat(20_000) + "\u0323".repeat(20_000) + "\u0345".repeat(20_000);
        assertThat(string(normalized(UnicodeNormalizer.Form.NFD, "q" + marks))).isEqualTo("q" + sorted);
    }
}
