package io.github.debertastreams.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A short piece of {@code deberta bench fuzz}, always the same: ours and Hugging Face's library on random texts. */
final class TokenizerFuzzTest {

    private static final int ENCODINGS = 6_000;
    private static final Path SMALL = Path.of("..", "src", "test", "resources", "token");
    private static final Path GOLDEN = Path.of(System.getProperty(
                    "golden.dir", Path.of("..", "..", "..", "shared", "golden").toString()))
            .resolve("tokenizer")
            .resolve("hf");

    @TestFactory
    Stream<DynamicTest> agreesWithTheRustLibraryOnSmallVocabularies() {
        return Stream.of("tiny", "tiny-unigram").map(name -> test(name, SMALL.resolve(name)));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithTheRustLibraryOnPublishedVocabularies() {
        assumeTrue(
                Files.isDirectory(GOLDEN), "no golden data beside the repository: set -Dgolden.dir to its directory");
        return Stream.of("deberta-v1", "deberta-v3").map(name -> test(name, GOLDEN.resolve(name)));
    }

    private static DynamicTest test(String name, Path model) {
        return DynamicTest.dynamicTest(name, () -> {
            TokenizerFuzz.Result result =
                    TokenizerFuzz.compare(model, 20261124, (compared, nanoseconds) -> compared < ENCODINGS);
            assertThat(result.compared()).isGreaterThanOrEqualTo(ENCODINGS);
            assertThat(result.differences()).isEmpty();
        });
    }

    @Test
    void aDifferenceIsNoticed() {
        Tokens tokens =
                new Tokens(new int[] {1}, new int[1], new int[1], new int[1], new int[1], new int[] {0, 1}, List.of());
        Tokens longer =
                new Tokens(new int[] {1}, new int[1], new int[1], new int[1], new int[1], new int[] {0, 2}, List.of());
        assertThat(tokens.difference(tokens)).isNull();
        assertThat(tokens.difference(longer)).contains("offsets [0, 1], the peer has [0, 2]");
    }
}
