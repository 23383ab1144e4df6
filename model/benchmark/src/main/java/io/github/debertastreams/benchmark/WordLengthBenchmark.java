package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.token.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deberta bench word-length}: the time of one word of ever more letters, and of one line of words; linear means equal rates. */
@Command(
        name = "word-length",
        mixinStandardHelpOptions = true,
        description = "Times one word of 12,500 to 100,000 letters, and one line of 0.25 to 2 MB.")
final class WordLengthBenchmark implements Callable<Integer> {

    private static final int[] WORDS = {12_500, 25_000, 50_000, 100_000};
    private static final int[] LINES = {250_000, 500_000, 1_000_000, 2_000_000};

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "model directory.")
    private Path model = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Tokenizer tokenizer = Tokenizer.open(model);
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-28s %10s %10s %12s%n", "", "letters", "ms", "ns/letter");
        for (int letters : WORDS) {
            print(out, tokenizer, "word of random letters", text(letters, 0));
        }
        for (int letters : WORDS) {
            print(out, tokenizer, "word of one letter", "a".repeat(letters));
        }
        for (int letters : LINES) {
            print(out, tokenizer, "line of words", text(letters, 6));
        }
        return 0;
    }

    private static String text(int letters, int wordLength) {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder(letters);
        for (int at = 0; at < letters; at++) {
            boolean space = wordLength > 0 && at % (wordLength + 1) == wordLength;
            text.append(space ? ' ' : (char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private static void print(PrintWriter out, Tokenizer tokenizer, String name, String text) {
        Speed speed = new Speed(Contestant.offsets(tokenizer));
        List<String> texts = List.of(text);
        speed.warmUp(texts, 0.2);
        for (int round = 0; round < 5; round++) {
            speed.measure(texts, 0.1);
        }
        out.printf(
                Locale.ROOT,
                "%-28s %,10d %10.2f %12.1f%n",
                name,
                text.length(),
                1e3 * speed.rounds().median(),
                1e9 * speed.rounds().median() / text.length());
    }
}
