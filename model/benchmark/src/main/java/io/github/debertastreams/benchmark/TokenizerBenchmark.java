package io.github.debertastreams.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.debertastreams.model.cli.CommandException;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code deberta bench tokenizer}: our tokenizer and its peers on the same texts. One thread; in each round every contestant runs once,
 * so that a disturbance of the machine meets all of them.
 */
@Command(
        name = "tokenizer",
        mixinStandardHelpOptions = true,
        description =
                "Tokenizes a file with this library, DJL and (byte-level BPE only) jtokkit, interleaved, on one thread.")
final class TokenizerBenchmark implements Callable<Integer> {

    private static final int GPT2_TOKENS = 50_257;
    private static final double ROUND_SECONDS = 0.3;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "directory with a tokenizer.json.")
    private Path model = Path.of("");

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "a text on each line; JSON strings in a .jsonl file.")
    private Path input = Path.of("");

    @Option(
            names = "--words",
            defaultValue = "0",
            paramLabel = "N",
            description = "cut the input anew into texts of N words; 16 make about 20 tokens.")
    private int words;

    @Option(names = "--rounds", defaultValue = "7", paramLabel = "N", description = "measured rounds; default 7.")
    private int rounds;

    @Option(
            names = "--warmup",
            defaultValue = "15",
            paramLabel = "N",
            description = "rounds before; default 15, for it takes some seconds until all is compiled.")
    private int warmup;

    @Option(names = "--json", description = "print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (rounds < 1) {
            throw new CommandException("--rounds is " + rounds + ", expected 1 or more");
        }
        Corpus corpus = words > 0 ? Corpus.read(input).inTextsOf(words) : Corpus.read(input);
        Tokenizer tokenizer = Tokenizer.open(model);
        try (DjlTokenizer djl = DjlTokenizer.open(model, EncodeOptions.DEFAULT)) {
            long differing = differing(tokenizer, djl, corpus);
            List<Speed> speeds = new ArrayList<>();
            for (Contestant contestant : contestants(tokenizer, djl)) {
                speeds.add(new Speed(contestant));
            }
            for (int round = 0; round < warmup; round++) {
                speeds.forEach(speed -> speed.warmUp(corpus.texts(), ROUND_SECONDS));
            }
            for (int round = 0; round < rounds; round++) {
                speeds.forEach(speed -> speed.measure(corpus.texts(), ROUND_SECONDS));
            }
            report(corpus, speeds, differing);
            return differing == 0 ? 0 : 1;
        }
    }

    private static List<Contestant> contestants(Tokenizer tokenizer, DjlTokenizer djl) {
        List<Contestant> contestants =
                new ArrayList<>(List.of(Contestant.ids(tokenizer), Contestant.offsets(tokenizer), Contestant.djl(djl)));
        // Only with GPT-2's merges does jtokkit do the same work: a byte-level vocabulary of its size tells them.
        if (tokenizer.id("\u0120the").isPresent() && tokenizer.vocabularySize() >= GPT2_TOKENS) {
            contestants.add(Contestant.jtokkit());
        }
        return contestants;
    }

    private static long differing(Tokenizer tokenizer, DjlTokenizer djl, Corpus corpus) {
        long differing = 0;
        for (String text : corpus.texts()) {
            @Nullable
            String difference = Tokens.of(tokenizer.encode(text, null, EncodeOptions.DEFAULT))
                    .difference(djl.tokens(text, null));
            differing += difference == null ? 0 : 1;
        }
        return differing;
    }

    private void report(Corpus corpus, List<Speed> speeds, long differing) {
        PrintWriter out = spec.commandLine().getOut();
        double megabytes = corpus.bytes() / 1e6;
        if (json) {
            out.println(toJson(corpus, speeds, megabytes, differing));
            return;
        }
        out.printf(
                Locale.ROOT,
                "%s: %,d texts, %.3f MB, Java %s, one thread, %d rounds; %,d texts differ from DJL%n",
                input.getFileName(),
                corpus.texts().size(),
                megabytes,
                Runtime.version(),
                rounds,
                differing);
        out.printf("%-44s %10s %10s %12s %12s %9s%n", "", "MB/s best", "median", "tokens/s", "texts/s", "tokens");
        for (Speed speed : speeds) {
            out.printf(
                    Locale.ROOT,
                    "%-44s %10.2f %10.2f %,12.0f %,12.0f %,9d%n",
                    speed.contestant().name(),
                    megabytes / speed.rounds().best(),
                    megabytes / speed.rounds().median(),
                    speed.tokens() / speed.rounds().median(),
                    corpus.texts().size() / speed.rounds().median(),
                    speed.tokens());
        }
        for (Speed peer : speeds) {
            if (peer.contestant().baseline()) {
                for (Speed own : speeds.subList(0, 2)) {
                    out.printf(
                            Locale.ROOT,
                            "%s : %s = %.1f (medians), %.1f (best)%n",
                            own.contestant().name(),
                            peer.contestant().name(),
                            peer.rounds().median() / own.rounds().median(),
                            peer.rounds().best() / own.rounds().best());
                }
            }
        }
    }

    private String toJson(Corpus corpus, List<Speed> speeds, double megabytes, long differing) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("input", String.valueOf(input.getFileName()));
        fields.put("texts", corpus.texts().size());
        fields.put("megabytes", megabytes);
        fields.put("java", Runtime.version().toString());
        fields.put("rounds", rounds);
        fields.put("texts_differing_from_djl", differing);
        List<Object> measured = new ArrayList<>();
        for (Speed speed : speeds) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("name", speed.contestant().name());
            line.put("megabytes_per_second_best", megabytes / speed.rounds().best());
            line.put("megabytes_per_second_median", megabytes / speed.rounds().median());
            line.put("tokens_per_second_median", speed.tokens() / speed.rounds().median());
            line.put(
                    "texts_per_second_median",
                    corpus.texts().size() / speed.rounds().median());
            line.put("tokens", speed.tokens());
            measured.add(line);
        }
        fields.put("measured", measured);
        try {
            return new ObjectMapper().writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
