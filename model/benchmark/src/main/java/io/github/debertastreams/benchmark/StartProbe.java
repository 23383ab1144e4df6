package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.encoder.ModelConfig;
import java.nio.file.Path;

/** A JVM of its own for {@link StartBenchmark}: opens one model, runs one text of 20 tokens, and prints what each took. */
final class StartProbe {

    private static final String TEXT = "1x20";

    private StartProbe() {}

    /** @param arguments model directory, threads, and what to open: {@code native}, {@code cold} (native without warm-up), or a graph */
    public static void main(String[] arguments) {
        Path model = Path.of(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        int vocabulary = ModelConfig.read(model).vocabularySize();
        long start = System.nanoTime();
        try (EncoderContestant contestant = open(model, threads, arguments[2], vocabulary)) {
            long opened = System.nanoTime();
            contestant.prepare(EncoderShape.parse(TEXT));
            contestant.pass();
            System.out.println((opened - start) + " " + (System.nanoTime() - opened));
        }
    }

    private static EncoderContestant open(Path model, int threads, String what, int vocabulary) {
        boolean warm = what.equals("native");
        if (!warm && !what.equals("cold")) {
            return new ExportedEncoder(Path.of(what), threads, vocabulary);
        }
        return new OwnEncoder(model, "native", threads, warm);
    }
}
