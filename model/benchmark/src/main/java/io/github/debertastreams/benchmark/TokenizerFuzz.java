package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.cli.CommandException;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.token.Truncation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deberta bench fuzz}: random texts and pairs, whole and cut, through our tokenizer and Hugging Face's; any difference is printed. */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        description = "Compares this library's tokenizer with Hugging Face's (through DJL) on random texts.")
final class TokenizerFuzz implements Callable<Integer> {

    /** Options under which every text is compared. Windows are wide enough for the stride, where the peer would end the process. */
    private static final List<EncodeOptions> OPTIONS = List.of(
            EncodeOptions.DEFAULT,
            EncodeOptions.DEFAULT.withoutSpecialTokens(),
            EncodeOptions.truncatedTo(12),
            EncodeOptions.truncatedTo(16).withStride(3),
            EncodeOptions.DEFAULT.withTruncation(Truncation.ONLY_FIRST, 40),
            EncodeOptions.DEFAULT.withTruncation(Truncation.ONLY_SECOND, 40));

    private static final int MOST_SHOWN = 20;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "directory with a tokenizer.json.")
    private Path model = Path.of("");

    @Option(names = "--seconds", defaultValue = "60", paramLabel = "N", description = "how long; default 60.")
    private int seconds;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "of the texts; default 1.")
    private long seed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (seconds < 1) {
            throw new CommandException("--seconds is " + seconds + ", expected 1 or more");
        }
        long most = seconds * 1_000_000_000L;
        Result result = compare(model, seed, (compared, nanoseconds) -> nanoseconds < most);
        result.differences().forEach(spec.commandLine().getOut()::println);
        spec.commandLine()
                .getOut()
                .printf("%,d encodings compared, %,d differ (seed %d)%n", result.compared(), result.differing(), seed);
        return result.differing() == 0 ? 0 : 1;
    }

    /** The first few differences in words. */
    record Result(long compared, long differing, List<String> differences) {}

    /** Whether to go on after so many encodings and so long, both vocabularies read. */
    interface Limit {
        boolean goesOn(long compared, long nanoseconds);
    }

    static Result compare(Path model, long seed, Limit limit) {
        Tokenizer tokenizer = Tokenizer.open(model);
        Map<EncodeOptions, DjlTokenizer> peers = new LinkedHashMap<>();
        OPTIONS.forEach(options -> peers.put(options, DjlTokenizer.open(model, options)));
        try {
            TextGenerator generator = new TextGenerator(seed, specialTokens(tokenizer));
            List<String> differences = new ArrayList<>();
            long compared = 0;
            long differing = 0;
            long start = System.nanoTime();
            while (limit.goesOn(compared, System.nanoTime() - start)) {
                String text = generator.text();
                String pair = generator.below(3) == 0 ? generator.text() : null;
                for (var peer : peers.entrySet()) {
                    compared++;
                    String difference = difference(tokenizer, peer.getValue(), peer.getKey(), text, pair);
                    if (difference != null && differing++ < MOST_SHOWN) {
                        differences.add(shown(text) + (pair == null ? "" : " + " + shown(pair)) + " with "
                                + peer.getKey() + ": " + difference);
                    }
                }
            }
            return new Result(compared, differing, differences);
        } finally {
            peers.values().forEach(DjlTokenizer::close);
        }
    }

    private static List<String> specialTokens(Tokenizer tokenizer) {
        return Stream.of(tokenizer.padId(), tokenizer.clsId(), tokenizer.sepId(), tokenizer.unkId(), tokenizer.maskId())
                .flatMap(id -> id.stream().mapToObj(tokenizer::token))
                .toList();
    }

    private static @Nullable String difference(
            Tokenizer tokenizer, DjlTokenizer peer, EncodeOptions options, String text, @Nullable String pair) {
        @Nullable Tokens expected = null;
        String peerError = "";
        try {
            expected = peer.tokens(text, pair);
        } catch (RuntimeException e) {
            peerError = e.toString();
        }
        try {
            Tokens tokens = Tokens.of(tokenizer.encode(text, pair, options));
            return expected == null ? "is encoded, the peer refuses: " + peerError : tokens.difference(expected);
        } catch (ModelException e) {
            return expected == null ? null : "is refused (" + e.getMessage() + "), the peer encodes";
        }
    }

    /** With every letter outside ASCII escaped, so that a failing text can be copied into a test. */
    private static String shown(String text) {
        StringBuilder escaped = new StringBuilder("\"");
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            if (unit >= ' ' && unit < 0x7F) {
                escaped.append(unit == '"' || unit == '\\' ? "\\" : "").append(unit);
            } else {
                escaped.append(String.format("\\u%04x", (int) unit));
            }
        }
        return escaped.append('"').toString();
    }
}
